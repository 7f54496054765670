import { wordList } from '../text/word-list.ts';

/**
 * Names of files and folders that commonly hold secrets; `*` stands for anything. Case does not
 * count. A model never sees matching files, not even their names.
 */

/** Everything in these folders is hidden. */
export const secretFolders: readonly string[] = wordList(`
  .aws .azure .chef .docker .gcloud .git .gnupg .kube .password-store .secret .secrets .ssh
  .terraform.d .vault git~1
`);

/** In these folders everything except source code is hidden. */
export const foldersWithSecrets: readonly string[] = ['credentials', 'secret', 'secrets'];

/** Endings of program code, which rarely holds secrets and is what readers need. */
export const codeEndings: readonly string[] = wordList(`
  c cc cpp cs css dart ex exs go h hpp html java js jsx kt lua m md mdx mjs mts php pl py rb
  rs rst scala swift ts tsx vue
`);

/** Endings of settings files. `{data}` in a pattern stands for each of them. */
export const dataEndings: readonly string[] = wordList(
  'cfg conf config csv db env ini json json5 plist properties sqlite toml txt xml yaml yml',
);

/** Endings of backup copies: a file is hidden if it would be without the ending. */
export const backupEndings: readonly string[] = wordList(
  '.backup .bak .copy .old .orig .save .swo .swp .tmp ~',
);

export const secretFiles: readonly string[] = [
  // Program settings that may include passwords.
  ...wordList(`
    .env .env.* .env-* .env_* *.env .envrc .envrc.* .dev.vars .dev.vars.* .rbenv-vars
    local.settings.json wp-config.php
  `),
  // Package registries.
  ...wordList('.npmrc .pnpmrc .pypirc .yarnrc .yarnrc.yml auth.json settings-security.xml'),
  // Accounts of tools and clouds.
  ...wordList(`
    .boto .dockercfg .dockerconfigjson .git-credentials .my.cnf .mylogin.cnf .netrc _netrc
    .pgpass pgpass.conf .s3cfg .ftpconfig .ftppass sftp-config.json .remote-sync.json kubeconfig
    kubeconfig.* kubeconfig-* kubeconfig_* *.kubeconfig *.ovpn *.rdp *.publishsettings
    *service-account*.json *service_account*.json *serviceaccount*.json *firebase-adminsdk*.json
    client_secret*.json client-secret*.json
  `),
  // Infrastructure.
  ...wordList(`
    .terraformrc terraform.rc *.tfrc.json *.tfstate *.tfstate.* *.tfvars *.tfvars.json
    .vault-pass* .vault_pass* .vault-token
  `),
  // Keys.
  ...wordList(`
    id_dsa* id_ecdsa* id_ed25519* id_rsa* *.pem *.key *.p8 *.p12 *.pfx *.pk8 *.ppk *.jks *.jceks
    *.bks *.gpg *.keystore *.keychain *.keychain-db *.keytab *.kdb *.kdbx wallet.dat
  `),
  // Names that mention secrets.
  ...wordList(`
    credentials .credentials *_credentials *-credentials *credentials.{data}
    credentials.*.{data} secret secrets .secret .secrets *secret.{data} *secrets.{data}
    secret.*.{data} secrets.*.{data} password passwords *password.{data} *passwords.{data}
    *_password passwd .passwd shadow .htpasswd htpasswd .token .*-token .*_token token.{data}
  `),
  // Shell histories.
  ...wordList('.*_history'),
];

/** Exceptions: examples with made-up values, or the public half of a key. */
export const harmlessFiles: readonly string[] = wordList(`
  .env.example .env.*.example .env-example .env_example .env.sample .env.template .env.dist
  example.env sample.env template.env *.example.env *.pub
`);

/** Names of files and folders that commonly hold secrets; a model never gets to see them, not even as names. */
const SECRET =
  /(?:^|\/)(?:\.env(?:\..+)?|\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|_netrc|\.pypirc|\.git-credentials|\.htpasswd|\.pgpass|\.my\.cnf|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|tfstate|tfvars)|\.?credentials(?:\.(?:json|ya?ml|toml|ini|db))?|\.?secrets?(?:\.(?:json|ya?ml|toml|ini|env))?|service[-_]?account.*\.json|\.(?:ssh|aws|gnupg|kube|azure|docker)\/.*)$/i;

/** Variants that exist to be read: they show which settings there are, with made-up values. */
const HARMLESS = /(?:^|\/)\.env\.(?:example|sample|template|dist)$/i;

/** Tells whether a file, by its path within the repository, is of the kind that holds secrets. */
export function mayHoldSecrets(path: string): boolean {
  return SECRET.test(path) && !HARMLESS.test(path);
}

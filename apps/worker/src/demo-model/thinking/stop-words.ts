/** English words that say nothing about which code an issue is about: grammar, courtesy, and the vocabulary of issues. */
export const stopWords: ReadonlySet<string> = new Set(
  `
  a able about above across actual actually after again against all almost alone along already also although always am among an and
  another any anybody anyone anything anyway anywhere appear appears are aren't around as ask asked asks at away awhile back be became because
  become becomes been before began behind being below best better between bit both but by call called came can can't cannot case cases
  cause causes certain certainly change changed changes check clear clearly come comes could couldn't course current currently day
  days did didn't different do does doesn't doing don't done down during each early easily either else end ends enough even ever every
  everybody everyone everything exactly example expect expected expects explain far feel feels felt few find finds first five
  following for found four from full further gave generally get gets give given gives go goes going gone good got great had
  hadn't half happen happened happening happens hard has hasn't have haven't having he hello help helpful hence her here hers herself
  hey hi him himself his hour hours how however i i'd i'll i'm i've idea if immediately in indeed inside instead into is isn't
  it it's its itself just keep keeps kind knew know known knows large last late later least leave leaves left less let let's
  like likely little long look looked looking looks lot made main make makes making many may maybe me mean means meant might minute
  minutes moment more most mostly much must my myself near nearly need needed needs neither never new next nice no nobody none
  nor not note nothing notice noticed now nowhere observe observed of off often oh ok okay old on once one ones only onto or
  other others otherwise ought our ours ourselves out over own part parts people per perhaps place please point possible possibly
  pretty previous previously probably problem problems put quite rather read really reason right said same saw say says second seconds see
  seem seemed seems seen several shall she should shouldn't show showed shown shows side simple simply since six small so some
  somebody somehow someone something sometimes somewhere soon sorry sort start started starts still stop stopped stops such suggest suppose sure
  take taken takes tell ten than thank thanks that that's the their theirs them themselves then there there's therefore these they thing
  things think third this those though thought three through thus time times to today together told tomorrow too took toward tried
  tries true try trying turn turned turns twice two under unless until up upon us use used useful user users uses using usual
  usually very via want wanted wants was wasn't way ways we we'd we'll we're we've well went were weren't what whatever when whenever
  where whereas whether which while who whole whom whose why will wish with within without won't word words work worked working works
  would wouldn't write writes written wrong wrote yes yesterday yet you you'd you'll you're you've your yours yourself

  actual behavior behaviour bug bugs comment comments describe described description draft environment expected feature fix fixed github
  information issue issues link maintainer maintainers question questions regression report reported reporter reproduce reproducing
  reproduction request screenshot screenshots severity step steps summary title version versions workaround
  allow allows appear arrive arrives arrived begin begins believe bring brings broken choose chooses chosen chose correct correctly crash
  curious decide decides decided details differ especially everywhere excerpt fails failing family forever guess handle handles hope
  imagine improve incorrect interesting lines looks mention mentioned multiple nicely notices obvious occur occurs order people prefer
  properly provide reaches remains result results seem short shorter simple single somebody special stays stranger suddenly suspect
  tiny understand unexpected usually visible waits weird whenever wonder wondering worse worst
  docs docstring documentation documented readme
  body author labels label repository repo owner untrusted text answer
  `
    .trim()
    .split(/\s+/),
);

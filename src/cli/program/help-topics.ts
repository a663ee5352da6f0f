// Topics that are not commands.

export const TOPICS: Readonly<Record<string, string>> = {
  filter: `The filter language, on the screen after / and in \`argosy app list -q\`

  payments                 a part of the name, cluster, project or namespace
  health:degraded,missing  one of these, by the beginning of the word
  sync:!synced             not this
  cluster:prod-*           a pattern; cluster:=prod-eu is exactly that, cluster:prod a part
  project: namespace: app-namespace: repo: path: target: revision: server: why: by:
  label:team=pay           also label:team (is there), label:team!=pay
  op:failed                phase of the operation that runs, or of the last one
  condition:ComparisonError
  auto:off                 on or off: auto prune heal pinned gone stale approval drifted running bad
  age<10m                  also > <= >=, and for seen (age of the verdict), drift, synced; units s m h d w
  changes>0 resources>100  numbers
  ~pmts                    letters in this order
  re:^api-                 a regular expression
  !term                    turns any of these round; "two words" keeps a space

All terms have to hold.
`,
};

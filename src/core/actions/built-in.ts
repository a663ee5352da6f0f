// Actions that are built in, as the scripts that Argo CD's settings would hold: discovery says what is offered, each action returns the object.

export interface BuiltInActions {
  readonly group: string;
  readonly kinds: readonly string[];
  readonly discovery: string;
  readonly actions: Readonly<Record<string, string>>;
}

const RESTART = `
local os = require("os")
local meta = obj.spec.template.metadata
if meta == nil then
  obj.spec.template.metadata = {}
  meta = obj.spec.template.metadata
end
if meta.annotations == nil then
  meta.annotations = {}
end
meta.annotations["kubectl.kubernetes.io/restartedAt"] = os.date("!%Y-%m-%dT%XZ")
return obj
`;

const SCALE = `
local wanted = tonumber(actionParams["replicas"])
if wanted == nil or wanted < 0 or wanted % 1 ~= 0 then
  error("replicas is not a whole number: " .. tostring(actionParams["replicas"]), 0)
end
obj.spec.replicas = wanted
return obj
`;

const SET = (field: string, value: string): string => `
obj.spec.${field} = ${value}
return obj
`;

const SUSPENDABLE = `
local off = obj.spec.suspend == true
actions["suspend"] = {["disabled"] = off}
actions["resume"] = {["disabled"] = not off}
`;

export const BUILT_IN_ACTIONS: readonly BuiltInActions[] = [
  {
    group: 'apps',
    kinds: ['Deployment'],
    discovery: `
actions = {}
local paused = obj.spec.paused == true
actions["restart"] = {["disabled"] = paused}
actions["pause"] = {["disabled"] = paused}
actions["resume"] = {["disabled"] = not paused}
actions["scale"] = {["params"] = {{["name"] = "replicas"}}}
return actions
`,
    actions: { restart: RESTART, pause: SET('paused', 'true'), resume: SET('paused', 'nil'), scale: SCALE },
  },
  {
    group: 'apps',
    kinds: ['StatefulSet'],
    discovery: 'return {["restart"] = {}, ["scale"] = {["params"] = {{["name"] = "replicas"}}}}',
    actions: { restart: RESTART, scale: SCALE },
  },
  { group: 'apps', kinds: ['DaemonSet'], discovery: 'return {["restart"] = {}}', actions: { restart: RESTART } },
  {
    group: 'batch',
    kinds: ['CronJob'],
    discovery: `actions = {["create-job"] = {}}${SUSPENDABLE}return actions`,
    actions: {
      'create-job': `
local os = require("os")
local name = string.sub(obj.metadata.name, 1, 51) .. "-" .. os.date("!%Y%m%d%H%M")
local job = {
  apiVersion = "batch/v1",
  kind = "Job",
  metadata = {
    name = name,
    namespace = obj.metadata.namespace,
    labels = obj.spec.jobTemplate.metadata and obj.spec.jobTemplate.metadata.labels,
    annotations = {["cronjob.kubernetes.io/instantiate"] = "manual"},
    ownerReferences = {{
      apiVersion = obj.apiVersion, kind = obj.kind, name = obj.metadata.name, uid = obj.metadata.uid,
      controller = true, blockOwnerDeletion = true,
    }},
  },
  spec = obj.spec.jobTemplate.spec,
}
return {{operation = "create", resource = job}}
`,
      suspend: SET('suspend', 'true'),
      resume: SET('suspend', 'false'),
    },
  },
  {
    group: 'batch',
    kinds: ['Job'],
    discovery: `actions = {}${SUSPENDABLE}return actions`,
    actions: { suspend: SET('suspend', 'true'), resume: SET('suspend', 'false') },
  },
];

// Rules of single kinds that their types cannot say: selectors that match, containers with images, ports in range, data as base64.
import type { Manifest } from '../../../domain/resource.js';
import { groupVersion } from '../../../domain/resource.js';
import { validateCrd } from './crd-rules.js';
import { duplicate, type FieldError, invalid, notSupported, required } from './field-error.js';
import { labelProblem, subdomainProblem } from './formats.js';
import { quantityNumber } from './quantity.js';

type Fields = Record<string, unknown>;
const MAX_CONFIG_BYTES = 1024 * 1024;

/** Errors by the rules of the object's kind; [] for kinds without rules. The object has been checked structurally. */
export function kindRules(object: Manifest): readonly FieldError[] {
  return RULES[`${groupVersion(object.apiVersion).group}/${object.kind}`]?.(object) ?? [];
}

const RULES: Readonly<Record<string, (object: Manifest) => FieldError[]>> = {
  '/Pod': (object) => podSpec(fields(object.spec), 'spec', undefined),
  '/ConfigMap': (object) => configData(object, ['data', 'binaryData']),
  '/Secret': secret,
  '/Service': service,
  '/PersistentVolumeClaim': claim,
  'apps/Deployment': (object) => workload(object, ['Always']),
  'apps/ReplicaSet': (object) => workload(object, ['Always']),
  'apps/StatefulSet': (object) => workload(object, ['Always']),
  'apps/DaemonSet': (object) => workload(object, ['Always']),
  'batch/Job': (object) => jobSpec(fields(object.spec), 'spec'),
  'batch/CronJob': cronJob,
  'networking.k8s.io/Ingress': ingress,
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => [...validateCrd(object)],
  'rbac.authorization.k8s.io/RoleBinding': binding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': binding,
};

function workload(object: Manifest, restartPolicies: readonly string[]): FieldError[] {
  const spec = fields(object.spec);
  if (!spec) return [required('spec')];
  const errors: FieldError[] = [];
  if (typeof spec.replicas === 'number' && spec.replicas < 0) errors.push(negative('spec.replicas', spec.replicas));
  const selector = fields(spec.selector);
  if (!selector) errors.push(required('spec.selector'));
  const labels = fields(fields(fields(spec.template)?.metadata)?.labels) ?? {};
  const wanted = fields(selector?.matchLabels) ?? {};
  if (selector && Object.keys(wanted).length === 0 && !listOf(selector.matchExpressions).length) {
    errors.push(invalid('spec.selector', selector, `empty selector is invalid for ${object.kind.toLowerCase()}`));
  } else if (Object.entries(wanted).some(([key, value]) => labels[key] !== value)) {
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  const template = fields(fields(spec.template)?.spec);
  // A claim template of a StatefulSet is a volume of its pods.
  const claims = listOf(spec.volumeClaimTemplates).map((claimTemplate) => ({ name: fields(claimTemplate.metadata)?.name }));
  const complete = template && claims.length > 0 ? { ...template, volumes: [...listOf(template.volumes), ...claims] } : template;
  return [...errors, ...podSpec(complete, 'spec.template.spec', restartPolicies)];
}

function jobSpec(spec: Fields | undefined, at: string): FieldError[] {
  if (!spec) return [required(at)];
  const errors: FieldError[] = [];
  for (const name of ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished']) {
    const value = spec[name];
    if (typeof value === 'number' && value < 0) errors.push(negative(`${at}.${name}`, value));
  }
  return [...errors, ...podSpec(fields(fields(spec.template)?.spec), `${at}.template.spec`, ['OnFailure', 'Never'])];
}

function cronJob(object: Manifest): FieldError[] {
  const spec = fields(object.spec);
  const errors: FieldError[] = [];
  const schedule = String(spec?.schedule ?? '');
  if (schedule === '') errors.push(required('spec.schedule'));
  else if (!/^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every .+|(\S+\s+){4}\S+)$/.test(schedule.trim())) {
    errors.push(
      invalid('spec.schedule', schedule, `expected exactly 5 fields, found ${schedule.trim().split(/\s+/).length}: [${schedule}]`),
    );
  }
  if (object.metadata.name.length > 52) errors.push(invalid('metadata.name', object.metadata.name, 'must be no more than 52 characters'));
  return [...errors, ...jobSpec(fields(fields(spec?.jobTemplate)?.spec), 'spec.jobTemplate.spec')];
}

function podSpec(spec: Fields | undefined, at: string, restartPolicies: readonly string[] | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const containers = listOf(spec?.containers);
  if (containers.length === 0) errors.push(required(`${at}.containers`));
  if (restartPolicies && spec && !restartPolicies.includes(String(spec.restartPolicy))) {
    errors.push(
      spec.restartPolicy === undefined
        ? required(`${at}.restartPolicy`)
        : notSupported(`${at}.restartPolicy`, spec.restartPolicy, restartPolicies),
    );
  }
  const volumes = new Set(listOf(spec?.volumes).map((volume) => volume.name));
  const names = new Set<unknown>();
  for (const list of ['initContainers', 'containers']) {
    listOf(spec?.[list]).forEach((container, index) => {
      const path = `${at}.${list}[${index}]`;
      errors.push(...containerErrors(container, path, volumes));
      if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
      names.add(container.name);
    });
  }
  return errors;
}

function containerErrors(container: Fields, at: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const problem = labelProblem(String(container.name));
  if (problem) errors.push(invalid(`${at}.name`, container.name, problem));
  if (!container.image) errors.push(required(`${at}.image`));
  listOf(container.ports).forEach((port, index) => {
    errors.push(...portErrors(port.containerPort, `${at}.ports[${index}].containerPort`));
  });
  listOf(container.volumeMounts).forEach((mount, index) => {
    if (!volumes.has(mount.name))
      errors.push({
        field: `${at}.volumeMounts[${index}].name`,
        reason: 'FieldValueInvalid',
        message: `Not found: ${JSON.stringify(mount.name)}`,
      });
  });
  const resources = fields(container.resources);
  for (const [name, request] of Object.entries(fields(resources?.requests) ?? {})) {
    const limit = quantityNumber(fields(resources?.limits)?.[name]);
    const asked = quantityNumber(request);
    if (limit !== undefined && asked !== undefined && asked > limit) {
      errors.push(
        invalid(`${at}.resources.requests`, request, `must be less than or equal to ${name} limit of ${fields(resources?.limits)?.[name]}`),
      );
    }
  }
  return errors;
}

function service(object: Manifest): FieldError[] {
  const spec = fields(object.spec);
  if (!spec) return [required('spec.ports')];
  const errors: FieldError[] = [];
  const ports = listOf(spec.ports);
  if (spec.type === 'ExternalName') {
    if (!spec.externalName) errors.push(required('spec.externalName'));
  } else if (ports.length === 0 && spec.clusterIP !== 'None') errors.push(required('spec.ports'));
  ports.forEach((port, index) => {
    const at = `spec.ports[${index}]`;
    errors.push(...portErrors(port.port, `${at}.port`));
    if (ports.length > 1 && !port.name) errors.push(required(`${at}.name`));
    if (ports.slice(0, index).some((other) => other.name !== undefined && other.name === port.name))
      errors.push(duplicate(`${at}.name`, port.name));
  });
  return errors;
}

function portErrors(port: unknown, at: string): FieldError[] {
  return typeof port === 'number' && (port < 1 || port > 65_535) ? [invalid(at, port, 'must be between 1 and 65535, inclusive')] : [];
}

function claim(object: Manifest): FieldError[] {
  const spec = fields(object.spec);
  const errors: FieldError[] = [];
  if (!Array.isArray(spec?.accessModes) || spec.accessModes.length === 0)
    errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  if (fields(fields(spec?.resources)?.requests)?.storage === undefined) errors.push(required('spec.resources[storage]'));
  return errors;
}

function secret(object: Manifest): FieldError[] {
  const errors = configData(object, ['data']);
  if (object.type === 'kubernetes.io/tls') {
    for (const key of ['tls.crt', 'tls.key']) if (fields(object.data)?.[key] === undefined) errors.push(required(`data[${key}]`));
  }
  return errors;
}

function configData(object: Manifest, sections: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const section of sections) {
    for (const [key, value] of Object.entries(fields(object[section]) ?? {})) {
      bytes += Buffer.byteLength(String(value));
      if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key === '..') {
        errors.push(invalid(`${section}[${key}]`, key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"));
      }
    }
  }
  if (bytes > MAX_CONFIG_BYTES)
    errors.push({ field: '', reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MAX_CONFIG_BYTES} bytes` });
  return errors;
}

function ingress(object: Manifest): FieldError[] {
  const spec = fields(object.spec);
  const errors: FieldError[] = [];
  if (!spec || (!listOf(spec.rules).length && !spec.defaultBackend)) {
    errors.push(invalid('spec', spec ?? {}, 'either `defaultBackend` or `rules` must be specified'));
  }
  listOf(spec?.rules).forEach((rule, index) => {
    const problem = rule.host ? subdomainProblem(String(rule.host).replace(/^\*\./, '')) : '';
    if (problem) errors.push(invalid(`spec.rules[${index}].host`, rule.host, problem));
    listOf(fields(rule.http)?.paths).forEach((path, position) => {
      const at = `spec.rules[${index}].http.paths[${position}]`;
      if (!path.pathType) errors.push(required(`${at}.pathType`, 'pathType must be specified'));
      if (typeof path.path === 'string' && !path.path.startsWith('/') && path.pathType !== 'ImplementationSpecific') {
        errors.push(invalid(`${at}.path`, path.path, 'must be an absolute path'));
      }
    });
  });
  return errors;
}

function binding(object: Manifest): FieldError[] {
  return fields(object.roleRef)?.name ? [] : [required('roleRef.name')];
}

function negative(field: string, value: number): FieldError {
  return invalid(field, value, 'must be greater than or equal to 0');
}

function fields(value: unknown): Fields | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((item): item is Fields => fields(item) !== undefined) : [];
}

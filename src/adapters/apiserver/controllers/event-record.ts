// Events as `kubectl describe` and `kubectl get events` show them. The same event again raises a count instead of adding one,
// and the oldest go when there are too many, so that a crash loop cannot fill the server.
import type { Manifest } from '../../../domain/resource.js';
import type { ControllerHost } from './host.js';
import { isRefusal } from './refusal.js';

const MAX_EVENTS = 2000;

export interface EventText {
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** 'deployment-controller', 'kubelet', ... */
  readonly component: string;
}

export interface Events {
  record(involved: Manifest, text: EventText): void;
}

export function createEvents(host: ControllerHost): Events {
  /** Names of recorded events by what they say, oldest first. */
  const known = new Map<string, { readonly namespace: string; readonly name: string }>();
  let sequence = 0;
  return {
    record(involved, text) {
      const { metadata } = involved;
      const namespace = metadata.namespace ?? 'default';
      const key = `${metadata.uid}/${text.reason}/${text.message}`;
      const at = known.get(key);
      const earlier = at && host.get('/Event', at.namespace, at.name);
      const time = new Date(host.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
      try {
        if (earlier) {
          const count = (typeof earlier.count === 'number' ? earlier.count : 1) + 1;
          host.update({ ...earlier, count, lastTimestamp: time }, { manager: text.component });
          return;
        }
        const name = `${metadata.name}.${host.clock.now().toString(16)}${(sequence++).toString(16).padStart(4, '0')}`;
        host.create(eventOf(involved, text, { name, namespace, time }), { manager: text.component });
        known.set(key, { namespace, name });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        // An event is a courtesy: in a namespace that is going away, or over its quota, there is none.
        known.delete(key);
      }
      if (known.size > MAX_EVENTS) forgetOldest(host, known);
    },
  };
}

function eventOf(involved: Manifest, text: EventText, at: { name: string; namespace: string; time: string }): Manifest {
  const { metadata } = involved;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: at.name, namespace: at.namespace },
    involvedObject: {
      apiVersion: involved.apiVersion,
      kind: involved.kind,
      name: metadata.name,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      ...(metadata.uid ? { uid: metadata.uid } : {}),
      ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
    },
    type: text.type ?? 'Normal',
    reason: text.reason,
    message: text.message,
    count: 1,
    firstTimestamp: at.time,
    lastTimestamp: at.time,
    source: { component: text.component },
    reportingComponent: text.component,
    reportingInstance: '',
  };
}

function forgetOldest(host: ControllerHost, known: Map<string, { readonly namespace: string; readonly name: string }>): void {
  const oldest = known.entries().next().value;
  if (!oldest) return;
  const [key, at] = oldest;
  known.delete(key);
  const event = host.get('/Event', at.namespace, at.name);
  if (event) host.remove(event);
}

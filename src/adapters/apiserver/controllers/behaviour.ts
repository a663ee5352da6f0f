// Failure on request. Everything that makes a pod of the sandbox misbehave is decided here and documented here:
//
//   image contains 'does-not-exist', or has the tag ':missing'       the image cannot be pulled: ErrImagePull, ImagePullBackOff
//   annotation sandbox.argosy.dev/behaviour on the pod (template):
//     crash-loop                                                     the container ends with exit code 1, again and again
//     crash-loop=137                                                 the same with another exit code (137: OOMKilled)
//     slow-start=30s                                                 runs, and becomes ready after that time
//     never-ready                                                    runs, and its readiness probe fails for ever
//     fail                                                           the container ends with exit code 1 (Jobs: the pod fails)
//     runs=10s                                                       a container that ends by itself (Jobs) runs that long
//   annotation sandbox.argosy.dev/behaviour on a Service, Ingress or PersistentVolumeClaim:
//     never-ready                                                    it gets no address, or is never bound
import type { Manifest } from '../../../domain/resource.js';

export const BEHAVIOUR_ANNOTATION = 'sandbox.argosy.dev/behaviour';

export interface Behaviour {
  readonly image: 'pulls' | 'missing';
  /** How often and how the containers end by themselves. */
  readonly ends: 'never' | 'at-once-and-again' | 'fails';
  readonly exitCode: number;
  /** After the containers started; 'never' for a probe that always fails. */
  readonly readyAfterMs: number | 'never';
  /** How long a container runs that is meant to end. */
  readonly runsMs: number;
}

const READY_MS = 500;
const RUNS_MS = 1500;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** How a pod is asked to behave; a pod without requests starts within a second and runs for ever. */
export function podBehaviour(pod: Manifest): Behaviour {
  const [word = '', value = ''] = (pod.metadata.annotations?.[BEHAVIOUR_ANNOTATION] ?? '').trim().split('=', 2);
  const exitCode = word === 'crash-loop' && /^\d{1,3}$/.test(value) ? Number(value) : 1;
  return {
    image: imagesOf(pod).some(isMissing) ? 'missing' : 'pulls',
    ends: word === 'crash-loop' ? 'at-once-and-again' : word === 'fail' ? 'fails' : 'never',
    exitCode,
    readyAfterMs: word === 'never-ready' ? 'never' : word === 'slow-start' ? durationMs(value, 30_000) : READY_MS,
    runsMs: word === 'runs' ? durationMs(value, RUNS_MS) : RUNS_MS,
  };
}

/** Whether an object other than a pod is asked never to become ready. */
export function neverReady(object: Manifest): boolean {
  return object.metadata.annotations?.[BEHAVIOUR_ANNOTATION]?.trim() === 'never-ready';
}

export function isMissing(image: string): boolean {
  return image.includes('does-not-exist') || image.endsWith(':missing');
}

function imagesOf(pod: Manifest): string[] {
  const spec = pod.spec as { containers?: { image?: string }[]; initContainers?: { image?: string }[] } | undefined;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((container) => container.image ?? '');
}

function durationMs(text: string, otherwise: number): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) : otherwise;
}

// One suite for every server that a Cluster can stand for. Where ours and the real server differ, the real one is right.
import { afterAll, beforeAll, describe } from 'vitest';
import { crdsContract } from './crds.js';
import { definitionsContract } from './definitions.js';
import { deletesContract } from './deletes.js';
import { ownershipContract } from './ownership.js';
import { readsContract } from './reads.js';
import type { Subject } from './subject.js';
import { writesContract } from './writes.js';

/** Registers the whole contract for one kind of server, started once. */
export function clusterContract(name: string, start: () => Promise<Subject>): void {
  describe(`a cluster: ${name}`, () => {
    let subject: Subject | undefined;
    const current = () => {
      if (!subject) throw new Error('the server did not start');
      return subject;
    };
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject?.stop());
    describe('reads', () => readsContract(current));
    describe('writes', () => writesContract(current));
    describe('ownership', () => ownershipContract(current));
    describe('deletes', () => deletesContract(current));
    describe('custom kinds', () => crdsContract(current));
    describe('a definition of kinds', () => definitionsContract(current));
  });
}

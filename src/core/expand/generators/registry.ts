// All generators that are built in. One line each.
import type { Generator } from '../generator.js';
import { clustersGenerator } from './clusters.js';
import { gitGenerator } from './git.js';
import { listGenerator } from './list.js';
import { matrixGenerator } from './matrix.js';
import { mergeGenerator } from './merge.js';

export const GENERATORS: readonly Generator[] = [listGenerator, clustersGenerator, gitGenerator, matrixGenerator, mergeGenerator];

/** Generators of Argo CD that need a service outside; naming them gives a better message than "unknown". */
export const KNOWN_ELSEWHERE: readonly string[] = ['scmProvider', 'pullRequest', 'clusterDecisionResource', 'plugin'];

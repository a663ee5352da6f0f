// All generators, in the order in which Argo CD declares them. One line each.
import type { Generator } from '../generator.js';
import { clustersGenerator } from './clusters.js';
import { gitGenerator } from './git.js';
import { listGenerator } from './list.js';
import { matrixGenerator } from './matrix.js';
import { mergeGenerator } from './merge.js';
import { clusterDecisionGenerator, pluginGenerator, pullRequestGenerator, scmProviderGenerator } from './services.js';

export const GENERATORS: readonly Generator[] = [
  listGenerator,
  clustersGenerator,
  gitGenerator,
  scmProviderGenerator,
  clusterDecisionGenerator,
  pullRequestGenerator,
  matrixGenerator,
  mergeGenerator,
  pluginGenerator,
];

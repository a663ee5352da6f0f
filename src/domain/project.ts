// Argo CD's AppProject, as it is written.
import type { Manifest } from './resource.js';

export interface Project extends Manifest {
  kind: 'AppProject';
  spec: ProjectSpec;
}

export interface ProjectSpec {
  description?: string;
  sourceRepos?: string[];
  destinations?: { server?: string; name?: string; namespace?: string }[];
  sourceNamespaces?: string[];
  clusterResourceWhitelist?: GroupKind[];
  clusterResourceBlacklist?: GroupKind[];
  namespaceResourceWhitelist?: GroupKind[];
  namespaceResourceBlacklist?: GroupKind[];
  orphanedResources?: { warn?: boolean; ignore?: { group?: string; kind?: string; name?: string }[] };
  syncWindows?: SyncWindow[];
  roles?: { name: string; description?: string; policies?: string[]; groups?: string[] }[];
  permitOnlyProjectScopedClusters?: boolean;
  [field: string]: unknown;
}

export interface GroupKind {
  group: string;
  kind: string;
  name?: string;
}

export interface SyncWindow {
  kind?: string;
  schedule?: string;
  duration?: string;
  applications?: string[];
  namespaces?: string[];
  clusters?: string[];
  manualSync?: boolean;
  timeZone?: string;
  andOperator?: boolean;
  syncOverrun?: boolean;
  description?: string;
}

// Which global projects apply to a project: `globalProjects` of argocd-cm (behaviour 2.6).
import type { Project } from '../../domain/project.js';
import { type LabelSelector, matches } from '../expand/selector.js';
import { withGlobalProjects } from './parse.js';

export interface GlobalProjectRule {
  readonly projectName: string;
  readonly labelSelector: LabelSelector;
}

/** The project as it counts: its own lists, and those of every global project whose selector matches its labels. */
export function effectiveProject(project: Project, all: readonly Project[], rules: readonly GlobalProjectRule[]): Project {
  const labels = project.metadata.labels ?? {};
  const names = new Set(rules.filter(({ labelSelector }) => matches(labelSelector, labels).matched).map(({ projectName }) => projectName));
  const globals = all.filter(({ metadata }) => names.has(metadata.name));
  return globals.length === 0 ? project : withGlobalProjects(project, globals);
}

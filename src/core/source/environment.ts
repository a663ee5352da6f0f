// The variables that parameters of a source may name, and their substitution (behaviour 2.2, "Env for substitution").

export type Environment = Readonly<Record<string, string>>;

export interface EnvironmentInput {
  /** The application's name; with its namespace in front where that is not the control namespace. */
  readonly instance: string;
  readonly namespace: string;
  readonly project: string;
  readonly revision: string;
  readonly repoURL: string;
  readonly path: string;
  readonly targetRevision: string;
}

export function environmentOf(input: EnvironmentInput): Environment {
  return {
    ARGOCD_APP_NAME: input.instance,
    ARGOCD_APP_NAMESPACE: input.namespace,
    ARGOCD_APP_PROJECT_NAME: input.project,
    ARGOCD_APP_REVISION: input.revision,
    ARGOCD_APP_REVISION_SHORT: input.revision.slice(0, 7),
    ARGOCD_APP_REVISION_SHORT_8: input.revision.slice(0, 8),
    ARGOCD_APP_SOURCE_REPO_URL: input.repoURL,
    ARGOCD_APP_SOURCE_PATH: input.path,
    ARGOCD_APP_SOURCE_TARGET_REVISION: input.targetRevision,
  };
}

/** `$NAME` and `${NAME}` become their values, unknown ones nothing; `$$` is a dollar sign. */
export function substitute(text: string, environment: Environment): string {
  return text.replace(
    /\$(?:(\$)|\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (_, dollar: string | undefined, braced?: string, plain?: string) => {
      if (dollar) return '$';
      const name = braced ?? plain ?? '';
      return Object.hasOwn(environment, name) ? (environment[name] as string) : '';
    },
  );
}

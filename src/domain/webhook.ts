// What a Git server says by a webhook, in our words, and what it may be checked by.

export type WebhookProvider = 'github' | 'gitlab' | 'gogs' | 'bitbucket' | 'bitbucket-server' | 'azure-devops';

export type WebhookEvent =
  | {
      readonly kind: 'push';
      readonly provider: WebhookProvider;
      /** Addresses of the repository, for people and for Git. */
      readonly urls: readonly string[];
      /** The branches or tags that moved, without 'refs/heads/' and 'refs/tags/'. */
      readonly revisions: readonly string[];
      /** Whether HEAD may have moved; true where the server does not say. */
      readonly touchesHead: boolean;
      readonly before?: string;
      readonly after?: string;
      /** Paths from the top of the repository; empty where the server does not say. */
      readonly files: readonly string[];
    }
  | {
      readonly kind: 'pull-request';
      readonly provider: WebhookProvider;
      readonly urls: readonly string[];
      readonly action: string;
      /** 'owner/name' as the server calls it; of Azure DevOps 'project/name'. */
      readonly repository: string;
      /** The project's number, of GitLab. */
      readonly id?: string;
    }
  | { readonly kind: 'ping'; readonly provider: WebhookProvider };

/** From argocd-secret and argocd-cm. An empty secret accepts what is not signed, as Argo CD does. */
export interface WebhookSettings {
  readonly github: string;
  readonly gitlab: string;
  readonly gogs: string;
  readonly bitbucketUuid: string;
  readonly bitbucketServer: string;
  readonly azureUsername: string;
  readonly azurePassword: string;
  readonly maxPayloadBytes: number;
}

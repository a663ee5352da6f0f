// The listener over HTTP: who is believed, what is too much, and what is answered.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { listenForWebhooks, type WebhookListener } from '../../../src/adapters/webhook/listener.js';
import { webhookSettings } from '../../../src/core/webhook/settings.js';
import type { WebhookEvent, WebhookSettings } from '../../../src/domain/webhook.js';

let listener: WebhookListener | undefined;
afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

const SECRET = {
  'webhook.github.secret': 'hub',
  'webhook.gitlab.secret': '$shared',
  'webhook.gogs.secret': 'gogs',
  'webhook.bitbucket.uuid': '{11-22}',
  'webhook.bitbucketserver.secret': '$vault:stash',
  'webhook.azuredevops.username': 'az',
  'webhook.azuredevops.password': 'pw',
  shared: 'lab-token',
};

function settingsOf(secret: Record<string, string> = SECRET): WebhookSettings {
  return webhookSettings({
    secret: new Map(Object.entries(secret)),
    config: { 'webhook.maxPayloadSizeMB': '1' },
    other: (name, key) => (name === 'vault' && key === 'stash' ? 'server' : undefined),
  });
}

async function open(settings = settingsOf()) {
  const [events, said]: [WebhookEvent[], string[]] = [[], []];
  listener = await listenForWebhooks({
    host: '127.0.0.1',
    port: 0,
    settings: async () => settings,
    take: async (event) => void events.push(event),
    say: (message) => void said.push(message),
    now: () => 0,
  });
  const { url } = listener;
  const post = async (headers: Record<string, string>, body: string | ReadableStream) => {
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const response = await fetch(url, init);
    return { status: response.status, text: (await response.text()).trim() };
  };
  return { post, events, said, url };
}

const hmac = (key: string, body: string) => createHmac('sha256', key).update(body).digest('hex');
const links = { html: { href: 'https://h.example/o/r' }, clone: [{ href: 'https://h.example/scm/o/r.git', name: 'http' }] };
const repository = { html_url: 'https://h.example/o/r', default_branch: 'main', remoteUrl: 'https://h.example/o/r', links };
const PUSH = JSON.stringify({
  ref: 'refs/heads/main',
  repository,
  project: { web_url: 'https://h.example/o/r' },
  push: { changes: [{ new: { name: 'main' } }] },
  changes: [{ ref: { id: 'refs/heads/main' } }],
  eventType: 'git.push',
  resource: { repository, refUpdates: [{ name: 'refs/heads/main' }] },
});
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const senders: [string, Record<string, string>, string, string, string][] = [
  ['github', { 'x-github-event': 'push' }, 'x-hub-signature-256', `sha256=${hmac('hub', PUSH)}`, `sha256=${hmac('other', PUSH)}`],
  ['gitlab', { 'x-gitlab-event': 'Push Hook' }, 'x-gitlab-token', 'lab-token', '$shared'],
  ['gogs', { 'x-gogs-event': 'push' }, 'x-gogs-signature', hmac('gogs', PUSH), hmac('gogs', `${PUSH} `)],
  ['gitea', { 'x-gitea-event': 'push' }, 'x-gitea-signature', hmac('gogs', PUSH), ''],
  ['bitbucket', { 'x-event-key': 'repo:push' }, 'x-hook-uuid', '11-22', '11-23'],
  ['bitbucket-server', { 'x-event-key': 'repo:refs_changed' }, 'x-hub-signature', `sha256=${hmac('server', PUSH)}`, hmac('server', PUSH)],
  ['azure-devops', { 'x-vss-activityid': '1' }, 'authorization', basic('az:pw'), basic('az:pw2')],
];

describe('a signature or secret', () => {
  it.each(senders)('of %s: right, wrong and absent', async (name, headers, header, right, wrong) => {
    const { post, events, said } = await open();
    expect(await post({ ...headers, [header]: wrong }, PUSH)).toEqual({ status: 401, text: 'Webhook processing failed' });
    // Bitbucket is known by the header that is its secret.
    if (name !== 'bitbucket') expect((await post(headers, PUSH)).status).toBe(401);
    expect(events).toEqual([]);
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain(right);
    expect((await post({ ...headers, [header]: right }, PUSH)).status).toBe(200);
    expect(events).toMatchObject([{ kind: 'push', revisions: ['main'] }]);
  });

  it('is not asked for where none is set, and that is said once', async () => {
    const { post, events, said } = await open(settingsOf({}));
    for (let i = 0; i < 2; i++) expect((await post({ 'x-github-event': 'push' }, PUSH)).status).toBe(200);
    expect(events).toHaveLength(2);
    expect(said).toEqual(['webhooks of github are taken without a check: argocd-secret has no webhook.github.secret']);
  });
});

describe('a body', () => {
  const TOO_LARGE =
    'Webhook processing failed: The payload is either too large or corrupted. Please check the payload size (must be under 1 MB) and ensure it is valid JSON';

  it('over the limit is refused, announced or not', async () => {
    const { post, events } = await open(settingsOf({}));
    expect(await post({ 'x-github-event': 'push' }, ' '.repeat(1024 * 1024 + 1))).toEqual({ status: 413, text: TOO_LARGE });
    let left = 20;
    const stream = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(128 * 1024).fill(32));
        else controller.close();
      },
    });
    const streamed = await post({ 'x-github-event': 'push' }, stream).catch(() => undefined);
    // The connection may end before the sender has read the answer; then the answer is what is missing, not the refusal.
    if (streamed) expect(streamed.status).toBe(413);
    expect(events).toEqual([]);
  });

  it('that is no JSON is 400; a form is read', async () => {
    const { post, events } = await open(settingsOf({}));
    expect(await post({ 'x-github-event': 'push' }, '{"ref":')).toEqual({ status: 400, text: TOO_LARGE });
    const form = new URLSearchParams({ payload: PUSH }).toString();
    const headers = { 'x-github-event': 'push', 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(headers, form)).status).toBe(200);
    expect(events).toHaveLength(1);
  });
});

describe('other requests', () => {
  it('are answered and do nothing', async () => {
    const { post, url, events } = await open(settingsOf({}));
    expect(await post({ 'content-type': 'application/json' }, PUSH)).toEqual({ status: 400, text: 'Unknown webhook event' });
    expect((await post({ 'x-github-event': 'star' }, PUSH)).status).toBe(400);
    expect((await post({ 'x-github-event': 'ping' }, '{}')).status).toBe(200);
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(new URL('/', url), { method: 'POST' })).status).toBe(404);
    expect(events).toEqual([]);
  });

  it('waits in a queue that ends', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    listener = await listenForWebhooks({
      host: '127.0.0.1',
      port: 0,
      settings: () => held.then(() => settingsOf({})),
      take: async () => undefined,
      say: () => undefined,
      now: () => 0,
      maxWaiting: 2,
      maxAtOnce: 1,
    });
    const { url } = listener;
    const post = () => fetch(url, { method: 'POST', headers: { 'x-github-event': 'ping' }, body: '{}' }).then(({ status }) => status);
    const answers = Array.from({ length: 5 }, post);
    const settled: number[] = [];
    for (const answer of answers) void answer.then((status) => settled.push(status));
    await expect.poll(() => settled).toEqual([503, 503]);
    release();
    expect((await Promise.all(answers)).sort()).toEqual([200, 200, 200, 503, 503]);
  });
});

import { describe, expect, it } from 'vitest';
import { appRow, clusterRow, NOW_MS, operation } from '../support/rows.js';
import { DIFFS, demoClusters, demoFleet, demoRows, running, TREE } from './fleet.js';
import { Driver } from './press.js';
import { PLAN } from './scenes.js';

const PAYMENTS = 'argocd/payments-production-eu';

/** On the list, the cursor on payments-production-eu. */
function onPayments(): Driver {
  return new Driver().keys('2', '/').type('name:payments-production-eu').keys('enter');
}

describe('moving', () => {
  it('keeps the cursor on its application whatever comes before it', () => {
    const driver = new Driver().keys('2', 'j', 'j');
    const before = driver.page.kind === 'list' ? driver.page.cursor : '';
    driver.fleet.apply({ kind: 'app.changed', atMs: NOW_MS, row: appRow('aaa') });
    expect(driver.screen()).toContain('aaa');
    driver.keys('s');
    expect(driver.ui.dialog).toMatchObject({ kind: 'plan', app: before });
  });

  it('takes the line that took its place when its application goes', () => {
    const driver = new Driver().keys('2', 'G');
    driver.fleet.apply({ kind: 'app.removed', atMs: NOW_MS, app: 'argocd/vault-staging-us' });
    expect(driver.keys('enter').page).toMatchObject({ kind: 'app', app: 'argocd/vault-staging-eu' });
  });

  it('goes to the top by gg, and g alone groups nothing by accident', () => {
    const driver = new Driver().keys('2', 'G', 'g', 'g');
    expect(driver.page).toMatchObject({ kind: 'list', index: 0 });
    expect(driver.keys('G', 'g').timer('chord').ui.chord).toBeUndefined();
  });

  it('walks cells on the overview', () => {
    const driver = new Driver().keys('j', 'j', 'l', 'enter');
    expect(driver.page).toMatchObject({ kind: 'app', app: 'argocd/grafana-production-us' });
    expect(driver.keys('esc').page).toMatchObject({ kind: 'overview', line: 'grafana', cluster: 'production-us' });
  });

  it('goes through what needs attention after Tab', () => {
    const driver = new Driver().keys('tab', 'enter');
    expect(driver.page).toMatchObject({ kind: 'app', app: PAYMENTS });
  });

  it('moves by the wheel, and a click chooses', () => {
    const driver = new Driver().keys('2').send({ kind: 'input', event: { kind: 'mouse', action: 'wheel-down', button: -1, x: 5, y: 5 } });
    expect(driver.page).toMatchObject({ kind: 'list', index: 3 });
    const click = { kind: 'input', event: { kind: 'mouse', action: 'press', button: 0, x: 10, y: 4 } } as const;
    expect(driver.send(click).page).toMatchObject({ kind: 'list', index: 1 });
    expect(driver.send(click).page.kind).toBe('app');
  });
});

describe('the filter', () => {
  it('narrows while it is typed, with the query language', () => {
    const driver = new Driver().keys('2', '/').type('health:degraded');
    expect(driver.screen()).toContain('payments-production-eu');
    expect(driver.screen()).not.toContain('vault-staging-us');
    expect(driver.screen()).toContain('1 of 61');
    expect(driver.keys('esc').ui.filter).toBe('');
  });

  it('says what it does not understand', () => {
    expect(new Driver().keys('/').type('clster:x').screen()).toContain('did you mean "cluster"?');
  });

  it('is kept by Enter, turned round by !, and taken away by ^l', () => {
    const driver = new Driver().keys('2', '/').type('payments').keys('enter');
    expect(driver.screen()).toContain('4 of 61');
    expect(driver.keys('!').screen()).toContain('57 of 61');
    expect(driver.keys('C-l').screen()).toContain('─ 61 ─');
  });

  it('does not take letters for commands', () => {
    const driver = new Driver().keys('/').type('sD');
    expect(driver.ui.dialog).toBeUndefined();
    expect(driver.ui.filter).toBe('sD');
  });
});

describe('order and room', () => {
  it('groups by cluster, project and environment, and stops grouping', () => {
    const driver = new Driver({ size: { width: 160, height: 70 } }).keys('2', 'g').timer('chord');
    expect(driver.screen()).toMatch(/CLUSTER +NAME[\s\S]*hub +app-of-apps[\s\S]*production-eu +cert-manager-production-eu/);
    expect(driver.keys('g').timer('chord').screen()).toMatch(/PROJECT +NAME[\s\S]*pay +checkout-production-eu/);
    expect(driver.keys('g').timer('chord').keys('g').timer('chord').ui.group).toBe('none');
  });

  it('sorts by the next column', () => {
    const driver = new Driver().keys('2', 'o');
    expect(driver.screen().split('\n')[3]).toContain('payments-production-eu');
    expect(driver.screen()).toContain('sort state');
  });

  it('gives the focused pane all the room, and takes it back', () => {
    const driver = onPayments().keys('enter').answer('tree', TREE).keys('+');
    expect(driver.screen()).not.toContain('Summary');
    expect(driver.keys('tab').screen()).toMatch(/Summary/);
    expect(driver.keys('_').screen()).toMatch(/Tree[\s\S]*Summary/);
  });

  it('marks a range', () => {
    const driver = new Driver().keys('2', 'V', 'j', 'j', 'V');
    expect(driver.ui.marks.size).toBe(3);
    expect(driver.keys('u').ui.marks.size).toBe(0);
  });
});

describe('a sync', () => {
  it('shows its plan, has the word typed where it deletes, and only then asks for it', () => {
    const driver = onPayments().keys('s');
    expect(driver.question('plan').query).toMatchObject({ app: PAYMENTS, request: { prune: false } });
    driver.answer('plan', PLAN);
    expect(driver.screen()).toContain('creates 1, changes 2, deletes 1, in 2 waves');
    expect(driver.keys('enter').intents).toEqual([]);
    expect(driver.type('prun').keys('enter').intents).toEqual([]);
    expect(driver.type('e').keys('enter').intents).toEqual([
      { kind: 'sync', app: PAYMENTS, operation: { sync: { prune: false }, initiatedBy: { username: 'anna' } }, actor: 'anna' },
    ]);
    expect(driver.ui.writes).toMatchObject([{ command: 'argosy app sync argocd/payments-production-eu', outcome: 'sent' }]);
  });

  it('plans again for other options, and drops the answer to the first question', () => {
    const driver = onPayments().keys('s');
    const first = driver.question('plan').ticket;
    driver.keys('p');
    expect(driver.question('plan').query).toMatchObject({ request: { prune: true } });
    driver.send({ kind: 'answer', ticket: first, value: PLAN });
    expect(driver.ui.dialog).toMatchObject({ plan: { loading: true } });
  });

  it('follows the operation in the same box', () => {
    const driver = onPayments()
      .keys('s')
      .answer('plan', { ...PLAN, deletes: [], tasks: [] })
      .keys('enter');
    const request = driver.effects.findLast((each) => each.kind === 'request');
    driver.send({
      kind: 'accepted',
      serial: request?.kind === 'request' ? request.serial : 0,
      command: 'argosy app sync argocd/payments-production-eu',
      operation: 77,
    });
    driver.fleet.apply({
      kind: 'operation.progress',
      atMs: NOW_MS,
      operation: running(77, { app: PAYMENTS, phase: 'Running', counts: { total: 4, done: 1, failed: 0, pruned: 0 } }),
      waitsFor: 'Deployment payments',
    });
    expect(driver.screen()).toMatch(/Running[\s\S]*1\/4[\s\S]*waits for Deployment payments/);
    expect(driver.ui.writes).toMatchObject([{ outcome: 'accepted' }]);
    expect(driver.keys('esc').ui.dialog).toBeUndefined();
  });

  it('keeps the box open with the reason when it is refused', () => {
    const driver = onPayments()
      .keys('s')
      .answer('plan', { ...PLAN, deletes: [], tasks: [] })
      .keys('enter');
    driver.send({
      kind: 'refused',
      serial: 1,
      command: 'argosy app sync argocd/payments-production-eu',
      message: 'a sync window forbids it until 18:00',
    });
    expect(driver.screen()).toContain('a sync window forbids it until 18:00');
    expect(driver.ui.writes).toMatchObject([{ outcome: 'refused' }]);
  });

  it('sends the approval along that the plan needs', () => {
    const driver = onPayments()
      .keys('s')
      .answer('plan', { ...PLAN, deletes: [], approval: 'it deletes a Namespace' })
      .keys('enter');
    expect(driver.intents).toMatchObject([{ approved: PLAN.hash }]);
  });

  it('does not begin where the cluster is only observed, and says what would allow it', () => {
    const fleet = demoFleet(demoRows(), [clusterRow('production-eu', { mode: 'observe' }), ...demoClusters().slice(1)]);
    const driver = new Driver({ fleet }).keys('tab', 's');
    expect(driver.ui.dialog).toBeUndefined();
    expect(driver.ui.toast?.text).toContain('argosy act production-eu');
    expect(driver.screen()).toContain('RO');
  });

  it('of several asks once, and prunes nothing', () => {
    const driver = new Driver().keys('2', '/').type('grafana').keys('enter', '*', 's');
    expect(driver.screen()).toContain('Sync: 4 applications on 4 clusters');
    expect(driver.keys('enter').intents).toHaveLength(4);
    expect(driver.intents.every((intent) => intent.kind === 'sync' && intent.operation.sync?.prune === false)).toBe(true);
  });
});

describe('other writes', () => {
  it('delete needs the name', () => {
    const driver = onPayments().keys('D').answer('delete-plan', PLAN);
    expect(driver.screen()).toContain('type payments-production-eu to confirm');
    expect(driver.type('prune').keys('enter').intents).toEqual([]);
    expect(driver.keys('C-u').type('payments-production-eu').keys('enter').intents).toMatchObject([
      { kind: 'delete', cascade: 'foreground', approved: PLAN.hash },
    ]);
  });

  it('rolls back to the line of the history, pinned', () => {
    const driver = onPayments()
      .keys('r')
      .answer('history', [operation(12), operation(11)])
      .keys('j', 'enter');
    expect(driver.question('rollback-plan').query).toMatchObject({ operation: 11 });
    driver.answer('rollback-plan', { ...PLAN, deletes: [] }).keys('enter');
    expect(driver.intents).toMatchObject([{ kind: 'rollback', operation: 11, pin: true, prune: false }]);
  });

  it('approves the plan that was shown', () => {
    const driver = new Driver().keys('/').type('mailer-staging-us').keys('enter', 'l', 'l', 'l', 'A');
    driver
      .answer('approvals', [{ hash: 'deadbeefcafe0123', app: 'argocd/mailer-staging-us', reason: 'x', plan: { ...PLAN, deletes: [] } }])
      .keys('enter');
    expect(driver.intents).toEqual([{ kind: 'approve', hash: 'deadbeefcafe0123', actor: 'anna' }]);
  });

  it('asks before auto-sync is switched, and refreshes without asking', () => {
    const driver = onPayments().keys('p');
    expect(driver.intents).toEqual([]);
    expect(driver.keys('enter').intents).toMatchObject([{ kind: 'auto-sync', enabled: true }]);
    expect(driver.keys('R', 'C-r').intents.slice(1)).toMatchObject([
      { kind: 'refresh', hard: false },
      { kind: 'refresh', hard: true },
    ]);
  });

  it('finds the plan that waits, wherever the cursor is', () => {
    const driver = new Driver().keys(':').type('approve').keys('enter');
    expect(driver.ui.dialog).toMatchObject({ kind: 'plan', app: 'argocd/mailer-staging-us', purpose: { kind: 'approve' } });
  });

  it('says that it was taken', () => {
    const driver = onPayments().keys('p', 'enter').send({ kind: 'accepted', serial: 1, command: 'x' });
    expect(driver.screen()).toContain('accepted: x');
  });

  it('refuses with the reason', () => {
    expect(onPayments().keys('T').ui.toast?.text).toContain('no operation is running');
    expect(onPayments().keys('A').ui.toast?.text).toContain('nothing waits for an approval');
  });
});

describe('pages', () => {
  it('open an application, its tree, and the lens on the object under the cursor', () => {
    const driver = onPayments().keys('enter').answer('tree', TREE).keys('j', 'j', 'j', 'j', 'tab', 'right', 'right').timer('lens');
    expect(driver.question('resource').query).toMatchObject({ key: { kind: 'Deployment', name: 'payments' } });
    expect(driver.answer('resource', { live: DIFFS[0]?.live }).screen()).toContain('revisionHistoryLimit: 5');
    expect(driver.keys('esc').page).toMatchObject({ focus: 'tree' });
  });

  it('fold and unfold the tree', () => {
    const driver = onPayments().keys('enter').answer('tree', TREE).keys('j', 'j', 'j', 'j', 'h');
    expect(driver.screen()).not.toContain('Pod payments-7c9d-x2x');
    expect(driver.keys('l').screen()).toContain('Pod payments-7c9d-x2x');
    expect(driver.keys('z').screen()).toContain('healthy hidden');
  });

  it('drop an answer that comes when the page is gone', () => {
    const driver = onPayments().keys('enter');
    const { ticket } = driver.question('tree');
    driver.keys('esc').send({ kind: 'answer', ticket, value: TREE });
    expect(driver.page.kind).toBe('list');
  });

  it('say why something could not be read', () => {
    expect(onPayments().keys('d').fail('diff', 'cannot compare payments: the repository cannot be reached').screen()).toContain(
      'the repository cannot be reached',
    );
  });

  it('read again when their application changes, not more often than three times a second', () => {
    const driver = onPayments().keys('enter').answer('tree', TREE);
    const changed = new Set([PAYMENTS]);
    driver.tick(10, { changed }).tick(33, { changed });
    expect(driver.asked('tree')).toBe(1);
    driver.tick(400);
    expect(driver.asked('tree')).toBe(2);
    driver.answer('tree', TREE).tick(2000);
    expect(driver.asked('tree')).toBe(2);
  });

  it('show a diff by field and by line, from the object that one came from', () => {
    const driver = onPayments().keys('enter').answer('tree', TREE).keys('G', 'd').answer('diff', DIFFS);
    expect(driver.page).toMatchObject({ kind: 'diff', file: 1 });
    const screen = driver.keys('[').screen();
    expect(screen).toMatch(/spec\.replicas 6 → 4 +by kubectl-edit/);
    expect(driver.keys(']', ']').screen()).toContain('password: ++++++++++++');
  });

  it('explain', () => {
    const driver = onPayments().keys('W').answer('why', ['Because.']);
    expect(driver.screen()).toContain('Because.');
  });
});

describe('palette, jump and help', () => {
  it('run a command on an application that is named', () => {
    const driver = new Driver().keys(':').type('sync payments-production-us').keys('enter');
    expect(driver.ui.dialog).toMatchObject({ kind: 'plan', app: 'argocd/payments-production-us' });
  });

  it('complete by Tab', () => {
    expect(new Driver().keys(':').type('ref').keys('tab').ui.dialog).toMatchObject({ line: { text: 'refresh ' } });
  });

  it('allow writing to the clusters of a pattern, after asking', () => {
    const fleet = demoFleet(
      demoRows(),
      demoClusters().map((row) => ({ ...row, mode: 'observe' as const })),
    );
    const driver = new Driver({ fleet }).keys(':').type('act staging-*').keys('enter');
    expect(driver.intents).toEqual([]);
    expect(driver.keys('enter').intents).toEqual([{ kind: 'mode', clusters: ['staging-eu', 'staging-us'], mode: 'act', actor: 'anna' }]);
  });

  it('jump by a few letters', () => {
    expect(new Driver().keys('C-p').type('pmtsprodus').keys('enter').page).toMatchObject({
      kind: 'app',
      app: 'argocd/payments-production-us',
    });
  });

  it('help finds and runs', () => {
    const driver = new Driver().keys('?').type('list of clusters').keys('enter');
    expect(driver.ui.dialog).toBeUndefined();
    expect(driver.page.kind).toBe('clusters');
    expect(new Driver().keys('?').type('auto-sync').screen()).toContain('Pause or resume auto-sync');
  });

  it('take the tour', () => {
    const driver = new Driver().keys(':').type('tour').keys('enter');
    expect(driver.screen()).toContain('Tour 1/5');
    expect(driver.keys('d').screen()).toContain('Tour 2/5');
  });
});

describe('what must not happen', () => {
  it('a paste never runs commands', () => {
    const driver = onPayments().send({ kind: 'input', event: { kind: 'paste', text: ':quit\nsD\n' } });
    expect(driver.ui.dialog).toBeUndefined();
    expect(driver.effects.filter(({ kind }) => kind === 'quit' || kind === 'request')).toEqual([]);
  });

  it('a paste with a newline does not confirm', () => {
    const driver = onPayments()
      .keys('s')
      .answer('plan', PLAN)
      .send({ kind: 'input', event: { kind: 'paste', text: 'prune\n' } });
    expect(driver.intents).toEqual([]);
    expect(driver.ui.dialog).toMatchObject({ typed: { text: 'prune' } });
  });

  it('Esc on the first page does not leave, q and ^c do', () => {
    expect(new Driver().keys('esc').effects).toEqual([]);
    expect(new Driver().keys('q').effects).toEqual([{ kind: 'quit' }]);
    expect(new Driver().keys(':', 'C-c').effects).toEqual([{ kind: 'quit' }]);
  });

  it('an error is not covered by news, and goes with the next key', () => {
    const driver = new Driver()
      .tick(0, { notices: [{ atMs: NOW_MS, level: 'error', message: 'lost' }] })
      .tick(10, { notices: [{ atMs: NOW_MS, level: 'info', message: 'news' }] })
      .tick(60_000);
    expect(driver.screen()).toContain('lost');
    expect(driver.keys('j').screen()).not.toContain('lost');
    expect(driver.keys('i').screen()).toMatch(/news[\s\S]*lost/);
  });

  it('does not grow without end', () => {
    const driver = new Driver();
    for (let i = 0; i < 400; i++) driver.tick(1, { notices: [{ atMs: NOW_MS, level: 'info', message: `n${i}` }] });
    expect(driver.ui.inbox).toHaveLength(300);
    for (let i = 0; i < 60; i++) driver.keys('W');
    expect(driver.ui.stack.length).toBeLessThanOrEqual(20);
  });
});

// What the user is looking at and doing: small, immutable, and without fleet data (that is fleet-view.ts). Every page holds its own
// cursor, so that going back leads to the very same place.
import type { AppKey } from '../src/domain/application.js';
import type { ResourceDiff } from '../src/domain/comparison.js';
import type { Answers } from '../src/domain/events.js';
import type { ClusterKey, ResourceNode } from '../src/domain/fleet.js';
import type { OperationDetail, OperationId, OperationSummary } from '../src/domain/operation.js';
import type { Dialog } from './dialogs.js';
import type { Line } from './editor.js';
import type { Notice } from './fleet-view.js';
import type { Loadable } from './loadable.js';
import type { Grouping, SortColumn } from './sorting.js';
import type { Size } from './surface.js';

export interface Ui {
  readonly size: Size;
  readonly nowMs: number;
  readonly actor: string;
  /** The last is shown; going back takes it away. Never empty. */
  readonly stack: readonly Page[];
  readonly dialog?: Dialog;
  /** The filter line while it is typed. */
  readonly filtering?: Line;
  /** Filter of the fleet: the same on the overview and on the list. */
  readonly filter: string;
  readonly inverted: boolean;
  readonly sort: { readonly column: SortColumn; readonly descending: boolean };
  readonly wide: boolean;
  /** The focused pane has all the room. */
  readonly zoomed: boolean;
  readonly group: Grouping;
  readonly marks: ReadonlySet<AppKey>;
  /** Where a range of marks began. */
  readonly rangeFrom?: AppKey;
  readonly toast?: Toast;
  readonly inbox: readonly Notice[];
  /** Notices that came since the inbox was open. */
  readonly unseen: number;
  /** What was asked to be written, with the command line that does the same. */
  readonly writes: readonly Write[];
  /** A key that may begin a sequence of two. */
  readonly chord?: string;
  /** Steps of the tour that are done; absent: no tour. */
  readonly tour?: number;
  /** The last time that the cursor moved on a page with a lens: only that timer counts. */
  readonly lensSerial?: number;
  readonly chordSerial?: number;
  /** The last number given to a page or a question. */
  readonly serial: number;
}

export interface Toast {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  /** Goes away at this time; an error stays until a key is pressed. */
  readonly untilMs: number;
}

export interface Write {
  readonly atMs: number;
  readonly command: string;
  readonly outcome: 'sent' | 'accepted' | 'refused';
  readonly message?: string;
}

/** Cursor and first visible line of a list, a tree or a text. */
export interface Scroll {
  readonly cursor: number;
  readonly top: number;
}

export const AT_TOP: Scroll = { cursor: 0, top: 0 };

interface Paged {
  readonly id: number;
}

export type Page = OverviewPage | ListPage | AppPage | DiffPage | HistoryPage | ClustersPage | TextPage | InboxPage | WritesPage;

export interface OverviewPage extends Paged {
  readonly kind: 'overview';
  /** Line and column by name: the cursor stays on its application whatever comes and goes. */
  readonly line: string;
  readonly cluster: ClusterKey;
  readonly top: number;
  readonly left: number;
  /** 'attention': the cursor is in the list of what needs attention. */
  readonly focus: 'matrix' | 'attention';
  readonly attention: number;
}

export interface ListPage extends Paged {
  readonly kind: 'list';
  readonly cursor: AppKey;
  /** Where the cursor was last, for when its application goes away. */
  readonly index: number;
  readonly top: number;
}

export type LensTab = 'summary' | 'diff' | 'yaml' | 'conditions';
export const LENS_TABS: readonly LensTab[] = ['summary', 'diff', 'yaml', 'conditions'];

export interface AppPage extends Paged {
  readonly kind: 'app';
  readonly app: AppKey;
  readonly tree: Loadable<readonly ResourceNode[]>;
  readonly closed: ReadonlySet<string>;
  /** Healthy leaves are left out. */
  readonly onlyTrouble: boolean;
  readonly flat: boolean;
  /** Id of the node under the cursor; '' = the application itself. */
  readonly node: string;
  readonly top: number;
  readonly focus: 'tree' | 'lens';
  readonly tab: LensTab;
  readonly lensTop: number;
  readonly diff: Loadable<readonly ResourceDiff[]>;
  /** The object under the cursor. */
  readonly object: Loadable<Answers['resource']> & { readonly of?: string };
}

export interface DiffPage extends Paged {
  readonly kind: 'diff';
  readonly app: AppKey;
  readonly diffs: Loadable<readonly ResourceDiff[]>;
  readonly file: number;
  readonly top: number;
  readonly focus: 'files' | 'text';
  /** Undefined: side by side where there is room. */
  readonly sideBySide?: boolean;
  readonly context: number;
  readonly unfolded: boolean;
  /** The object to begin with, as kind/namespace/name. */
  readonly wanted?: string;
}

export interface HistoryPage extends Paged {
  readonly kind: 'history';
  /** Absent: of the whole fleet. */
  readonly app?: AppKey;
  readonly operations: Loadable<readonly OperationSummary[]>;
  readonly scroll: Scroll;
  readonly detail: Loadable<OperationDetail> & { readonly of?: OperationId };
}

export interface ClustersPage extends Paged {
  readonly kind: 'clusters';
  readonly scroll: Scroll;
}

export interface TextPage extends Paged {
  readonly kind: 'text';
  readonly title: string;
  readonly app?: AppKey;
  readonly what: 'why' | 'yaml';
  readonly lines: Loadable<readonly string[]>;
  readonly scroll: Scroll;
}

export interface InboxPage extends Paged {
  readonly kind: 'inbox';
  readonly scroll: Scroll;
}

export interface WritesPage extends Paged {
  readonly kind: 'writes';
  readonly scroll: Scroll;
}

export function pageOf(ui: Ui): Page {
  return ui.stack.at(-1) as Page;
}

/** The page that is shown, changed. */
export function withPage(ui: Ui, page: Page): Ui {
  return { ...ui, stack: [...ui.stack.slice(0, -1), page] };
}

export function startUi(options: { readonly size: Size; readonly nowMs: number; readonly actor: string }): Ui {
  return {
    ...options,
    stack: [{ kind: 'overview', id: 1, line: '', cluster: '', top: 0, left: 0, focus: 'matrix', attention: 0 }],
    filter: '',
    inverted: false,
    sort: { column: 'name', descending: false },
    wide: false,
    zoomed: false,
    group: 'none',
    marks: new Set(),
    inbox: [],
    unseen: 0,
    writes: [],
    serial: 1,
  };
}

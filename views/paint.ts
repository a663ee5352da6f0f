// A whole frame from the model and the fleet. Pure: the same state gives the same cells.
import { SMALLEST, tooSmall } from './layout.js';
import { pageOf } from './model.js';
import { paintApp } from './screens/app-page.js';
import { paintClusters } from './screens/clusters.js';
import { paintDialog } from './screens/dialog.js';
import { paintDiff } from './screens/diff-page.js';
import { paintFooter, paintHeader, paintMessage } from './screens/frame.js';
import { paintHistory } from './screens/history.js';
import { paintLines } from './screens/lines.js';
import { paintList } from './screens/list.js';
import { paintOverview } from './screens/overview.js';
import type { View } from './screens/view.js';
import { Surface } from './surface.js';
import { style } from './theme.js';
import { emptyNote } from './widgets/panel.js';

/** Paints into `surface` where its size still is the right one, else into a new one. */
export function paintFrame(view: View, surface?: Surface): Surface {
  const { size } = view.ui;
  const frame = surface && surface.width === size.width && surface.height === size.height ? surface : new Surface(size);
  frame.fill({ x: 0, y: 0, w: frame.width, h: frame.height }, style('text', 'bg'));
  if (tooSmall(size)) {
    emptyNote(frame, { x: 0, y: 0, w: frame.width, h: frame.height }, [
      'the terminal is too small',
      `${size.width}x${size.height}; ${SMALLEST.width}x${SMALLEST.height} is needed`,
      'q leaves',
    ]);
    return frame;
  }
  paintPage(frame, view);
  paintHeader(frame, view);
  paintMessage(frame, view);
  paintDialog(frame, view);
  paintFooter(frame, view);
  return frame;
}

function paintPage(frame: Surface, view: View): void {
  const page = pageOf(view.ui);
  switch (page.kind) {
    case 'overview':
      paintOverview(frame, view, page);
      break;
    case 'list':
      paintList(frame, view, page);
      break;
    case 'app':
      paintApp(frame, view, page);
      break;
    case 'diff':
      paintDiff(frame, view, page);
      break;
    case 'history':
      paintHistory(frame, view, page);
      break;
    case 'clusters':
      paintClusters(frame, view, page);
      break;
    case 'text':
    case 'inbox':
    case 'writes':
      paintLines(frame, view, page);
      break;
    default:
      page satisfies never;
  }
}

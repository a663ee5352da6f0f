// PersistentVolumeClaim.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { health, textAt } from '../read.js';

export function claimHealth(object: Manifest): Health {
  switch (textAt(object, 'status', 'phase')) {
    case 'Lost':
      return health('Degraded');
    case 'Pending':
      return health('Progressing');
    case 'Bound':
      return health('Healthy');
    default:
      return health('Unknown');
  }
}

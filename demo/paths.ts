import { join } from 'node:path';

/** The clone. */
export const ROOT = join(__dirname, '..');
/** Everything the demo makes; ignored by git, safe to delete. */
export const WORK = join(ROOT, '.demo');
/** n8n's user folder and HOME of the run: made anew by every run, nothing of the user's own n8n is read. */
export const HOME = join(WORK, 'home');
export const LOGS = join(WORK, 'logs');
export const TEMPLATES = join(ROOT, 'workflows');

import type { IDataObject } from 'n8n-workflow';
import type { Outcome } from '../../../core/ports';
import type { WriteOutcome } from '../batch';
import { mapOk } from './reading';

/** A write gives the id of what was written. */
export const idJson = (written: WriteOutcome): Outcome<IDataObject> => mapOk(written, (id) => ({ id }));

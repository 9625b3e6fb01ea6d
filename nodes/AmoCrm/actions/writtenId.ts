import type { IDataObject } from 'n8n-workflow';
import type { Outcome } from '../../../core/ports';
import type { WriteOutcome } from '../api/batchWrites';
import { mapOk } from './readCards';

/** A write gives the id of what was written. */
export const idJson = (written: WriteOutcome): Outcome<IDataObject> => mapOk(written, (id) => ({ id }));

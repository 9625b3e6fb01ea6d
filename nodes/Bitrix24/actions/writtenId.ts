import type { IDataObject } from 'n8n-workflow';
import { ok, type Outcome } from '../../../core/ports';

/** A write gives the id of what was written. */
export const idJson = (written: Outcome<number>): Outcome<IDataObject> => (written.outcome === 'ok' ? ok({ id: written.value }) : written);

import { duration, type Narrator } from './narrator';
import type { Sandbox } from './sandbox';

/** A stretch of sandbox time that stands for a longer one in reality, so that a check does not take hours. */
const SCALED = { indexLagMs: 10_000, webhookRetryScale: 0.02, waybillDelayScale: 0.05 } as const;

/** 5 % of the calls go wrong, in equal parts. */
const CALLS_GOING_WRONG = 0.05;
const KINDS = ['429', '500', '502-html', 'timeout-after-apply'] as const;

/** The weather of a check: what goes wrong, and when. Times are ms after the start. */
export const OUTAGE = { api: 'amocrm', atMs: 30_000, forMs: 20_000 } as const;
export const PLUG_PULLED_AT_MS = 55_000;
export const PLUG_BACK_AFTER_MS = 5_000;
/** Everything is well again at the latest now. */
export const LIFTED_AT_MS = 170_000;

/** Slow things are made quicker, and it is said so. */
export async function scaleTime(sandbox: Sandbox, narrator: Narrator): Promise<void> {
	const { indexLagMs, webhookRetryScale, waybillDelayScale } = SCALED;
	await sandbox.settings('amocrm', { indexLagMs, webhookRetryScale });
	await sandbox.settings('kaspi', { waybillDelayScale });
	narrator.line(
		`  Minutes are made shorter for the check: amoCRM's search lags ${duration(indexLagMs)} (really 2 min), its webhooks are tried again ` +
			`after ${duration(300_000 * webhookRetryScale)} (really 5 min), waybills come ${1 / waybillDelayScale} times sooner.`,
	);
}

/** Calls that fail, are refused, or are applied without an answer; webhooks that are lost, doubled or out of order. */
export async function bringTroubles(sandbox: Sandbox): Promise<void> {
	for (const api of ['kaspi', 'amocrm']) {
		for (const kind of KINDS) await sandbox.fault({ api, kind, share: CALLS_GOING_WRONG / KINDS.length });
	}
	await sandbox.settings('amocrm', { loseShare: 0.05, doubleShare: 0.05, reorder: true, dropStatusEventShare: 0.05 });
}

export async function liftTroubles(sandbox: Sandbox): Promise<void> {
	await sandbox.clearFaults();
	await sandbox.settings('amocrm', { loseShare: 0, doubleShare: 0, reorder: false, dropStatusEventShare: 0 });
}

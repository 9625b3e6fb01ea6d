import type { Narrator } from './narrator';
import type { Pair } from './pairs';
import type { Sandbox } from './sandbox';

/** 5 % of the calls go wrong, in equal parts. */
const CALLS_GOING_WRONG = 0.05;
const KINDS = ['429', '500', '502-html', 'timeout-after-apply'] as const;

/** The weather of a check: what goes wrong, and when. Times are ms after the start. */
export const OUTAGE = { atMs: 30_000, forMs: 20_000 } as const;
export const PLUG_PULLED_AT_MS = 55_000;
export const PLUG_BACK_AFTER_MS = 5_000;
/** Everything is well again at the latest now. */
export const LIFTED_AT_MS = 170_000;

/** Slow things are made quicker, open questions are settled, and it is said so. */
export async function scaleTime({ market, crm }: Pair, sandbox: Sandbox, narrator: Narrator): Promise<void> {
	const said = [await crm.scaleTime?.(sandbox), await market.scaleTime?.(sandbox)].filter((text) => text !== undefined);
	if (said.length > 0) narrator.line(`  For the check: ${said.join(', ')}.`);
}

/** Calls that fail, are refused, or are applied without an answer; webhooks that are lost, doubled or out of order. */
export async function bringTroubles({ market, crm }: Pair, sandbox: Sandbox): Promise<void> {
	for (const side of [market, crm]) {
		for (const kind of KINDS) await sandbox.fault({ api: side.api, kind, share: CALLS_GOING_WRONG / KINDS.length });
		await side.trouble?.(sandbox, true);
	}
}

export async function liftTroubles({ market, crm }: Pair, sandbox: Sandbox): Promise<void> {
	await sandbox.clearFaults();
	for (const side of [market, crm]) await side.trouble?.(sandbox, false);
}

import type { Measured } from './measure';
import type { Pair } from './pairs';

/** The text of one measurement, for people. */
export function lineText({ market, crm }: Pair, { what, calls, callsPerOrder, leastCalls, recordAtATimeCalls, seconds, peakMemoryMb, targets }: Measured): string {
	const searches = calls.searches === 0 ? '' : `, of these ${calls.searches} searches for buyers`;
	return [
		what,
		`  calls        ${calls.total} (${market.name} ${calls.marketplace}, ${crm.name} ${calls.crm}${searches})`,
		`  an order     ${callsPerOrder.toFixed(3)}${calls.searches === 0 ? '' : ' without the searches'}`,
		`  least        ${leastCalls}; one record at a time: ${recordAtATimeCalls}`,
		`  took         ${seconds} s, ${peakMemoryMb} MB more memory at most`,
		...targets.map((target) => `  target       ${target.what}: ${target.calls} of at most ${target.most}${target.isMet ? '' : ': MISSED'}`),
		'',
	].join('\n');
}

const columns = ['pair', 'measured', 'calls', 'market', 'CRM', 'searches', 'an order', 'least', 'one by one', 's', 'MB', 'target'];
const textColumns = 2;

/** Everything on one screen. */
export function summaryText(results: readonly { pair: Pair; lines: readonly Measured[] }[]): string {
	const rows = results.flatMap(({ pair, lines }) =>
		lines.map(({ what, calls, callsPerOrder, leastCalls, recordAtATimeCalls, seconds, peakMemoryMb, targets }) => [
			pair.name,
			what,
			String(calls.total),
			String(calls.marketplace),
			String(calls.crm),
			String(calls.searches),
			callsPerOrder.toFixed(3),
			String(leastCalls),
			String(recordAtATimeCalls),
			String(seconds),
			String(peakMemoryMb),
			targets.length === 0 ? '' : targets.every(({ isMet }) => isMet) ? 'met' : 'MISSED',
		]),
	);
	const widths = columns.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
	const lineOf = (row: readonly string[]): string =>
		row.map((cell, column) => (column < textColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
	return [columns, ...rows].map(lineOf).join('\n');
}

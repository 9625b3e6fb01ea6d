import { BlockList, isIPv4 } from 'node:net';

/** Where pushes come from (ozon.md §11, read 2026-10-01). */
export const sourceNetworks: readonly (readonly [string, number])[] = [
	['195.34.21.0', 24],
	['185.73.192.0', 22],
	['91.223.93.0', 24],
];

const ozon = new BlockList();
for (const [net, prefix] of sourceNetworks) ozon.addSubnet(net, prefix, 'ipv4');

/** @param address of the caller, IPv4 or IPv4 inside IPv6 */
export function isFromOzon(address: string | undefined): boolean {
	const plain = address?.replace(/^::ffff:/i, '') ?? '';
	return isIPv4(plain) && ozon.check(plain, 'ipv4');
}

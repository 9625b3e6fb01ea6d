import type { INodeProperties } from 'n8n-workflow';

/** The methods of all lists of a node from which nothing needs to be chosen, those inside of collections too. */
export function listsToLeaveEmpty(properties: readonly INodeProperties[]): string[] {
	const methods = properties.flatMap(({ typeOptions, required, options = [], default: byDefault }): string[] => {
		const inside = options.flatMap((option) => ('values' in option ? option.values : 'type' in option ? [option] : []));
		const own = required !== true && byDefault === '' ? typeOptions?.loadOptionsMethod : undefined;
		return [...(own === undefined ? [] : [own]), ...listsToLeaveEmpty(inside)];
	});
	return [...new Set(methods)];
}

/** Runs a task for each element, a few at a time, and gives the results in the order of the elements. */
export async function inParallel<T, R>(
	elements: readonly T[],
	atATime: number,
	task: (element: T, index: number) => Promise<R>,
): Promise<R[]> {
	const results = new Map<number, R>();
	const queue = elements.entries();
	const worker = async (): Promise<void> => {
		// The iterator is shared: each worker takes the next element that nobody has taken.
		for (const [index, element] of queue) results.set(index, await task(element, index));
	};
	await Promise.all(Array.from({ length: Math.min(atATime, elements.length) }, worker));
	return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}

const ended = (): void => undefined;

/**
 * Work of which only one run goes on at a time. Whoever asks meanwhile shares the one run after it with all others who do:
 * the one that goes on has begun too early to have seen what they ask for.
 */
export class OneAfterAnother<T> {
	private running?: Promise<T>;
	private next?: Promise<T>;

	run(work: () => Promise<T>): Promise<T> {
		if (this.next !== undefined) return this.next;
		if (this.running === undefined) return this.start(work);
		this.next = this.running.then(ended, ended).then(() => {
			this.next = undefined;
			return this.start(work);
		});
		return this.next;
	}

	private start(work: () => Promise<T>): Promise<T> {
		this.running = work().finally(() => {
			this.running = undefined;
		});
		return this.running;
	}
}

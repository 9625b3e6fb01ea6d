/** How long something took, as people say it. */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (ms < 950) return `${Math.round(ms)} ms`;
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Says what is going on, in short lines for people; on a terminal the progress of a step is shown in place. */
export class Narrator {
	private shownAt = 0;

	constructor(
		private readonly out: NodeJS.WriteStream,
		readonly verbose: boolean,
	) {}

	line(text = ''): void {
		this.out.write(`${text}\n`);
	}

	/** Only with --verbose. */
	detail(text: string): void {
		if (this.verbose) this.line(text);
	}

	/** Runs one step and prints one line with its result and duration; `work` may tell how far it is. */
	async step<T>(title: string, work: (progress: (text: string) => void) => Promise<T>): Promise<T> {
		const started = Date.now();
		this.shownAt = started;
		this.inPlace(`  … ${title}`);
		try {
			const result = await work((text) => this.progress(`  … ${title}: ${text} (${duration(Date.now() - started)})`));
			this.finish(`  ✓ ${title} (${duration(Date.now() - started)})`);
			return result;
		} catch (failure) {
			this.finish(`  ✗ ${title} (${duration(Date.now() - started)})`);
			throw failure;
		}
	}

	private progress(text: string): void {
		if (this.out.isTTY) this.inPlace(text);
		else if (Date.now() - this.shownAt >= 15_000) {
			this.shownAt = Date.now();
			this.line(text);
		}
	}

	private inPlace(text: string): void {
		if (this.out.isTTY) this.out.write(`\r\u001b[2K${text.slice(0, (this.out.columns || 80) - 1)}`);
	}

	private finish(text: string): void {
		this.out.write(this.out.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`);
	}
}

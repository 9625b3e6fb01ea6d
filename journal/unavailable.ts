/** The journal cannot be used, and nothing may be synchronised without it. */
export class JournalUnavailable extends Error {
	constructor(
		/** What happened. */
		message: string,
		/** What to do now. */
		readonly advice: string,
		cause?: unknown,
	) {
		super(message, { cause });
		this.name = 'JournalUnavailable';
	}
}

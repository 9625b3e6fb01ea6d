/** What ends n8n in order; it goes on for up to half a minute then, until the executions that run have ended. */
const signals = ['SIGTERM', 'SIGINT'] as const;

let isAsked = false;
let isListening = false;

/**
 * Whether this process has been asked to end since it was first asked this. From then on n8n throws away what a poll gives.
 * Whoever hosts the pack and does not listen to these signals itself ends by them as ever.
 */
export function isHostEnding(): boolean {
	if (!isListening) {
		isListening = true;
		for (const signal of signals) listen(signal);
	}
	return isAsked;
}

function listen(signal: (typeof signals)[number]): void {
	// Before the others: one that listens once is still counted.
	process.prependListener(signal, function note() {
		isAsked = true;
		if (process.listenerCount(signal) > 1) return;
		process.removeListener(signal, note);
		process.kill(process.pid, signal);
	});
}

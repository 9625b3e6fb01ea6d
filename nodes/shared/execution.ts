import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

/** What a long operation has to do with the execution that it runs in. */
export interface Execution {
	/** IANA name of the workflow's time zone. */
	timezone: string;
	/** Shown in the browser's console while somebody looks on in the editor, and in n8n's log. Nothing personal. */
	say(text: string): void;
	/** Somebody has pressed Stop, or the execution has timed out. */
	isStopped(): boolean;
	/** A text as a file of an output item. */
	file(text: string, fileName: string, mimeType: string): Promise<IBinaryData>;
}

export const executionOf = (context: IExecuteFunctions): Execution => ({
	timezone: context.getTimezone(),
	say: (text) => {
		context.logger.info(`${context.getNode().name}: ${text}`);
		context.sendMessageToUI(text);
	},
	isStopped: () => context.getExecutionCancelSignal()?.aborted ?? false,
	file: async (text, fileName, mimeType) => await context.helpers.prepareBinaryData(Buffer.from(text), fileName, mimeType),
});


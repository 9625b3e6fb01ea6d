import { sleep, type INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';
import { secondsToWait } from '../../../shared/parameterValues';
import { ServiceFailure } from '../../../../transport/errors';
import { labelTask, labelTasks } from '../../api/accountSchema';
import type { OzonClient } from '../../api/client';
import { Unsettled } from '../../api/commandConfirmation';
import { postingField } from '../parameters';
import type { Item, Operation } from '../operation';

const outputField: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
	description: 'Where the PDF goes',
};

const sizeField: INodeProperties = {
	displayName: 'Size',
	name: 'labelSize',
	type: 'options',
	options: [
		{ name: 'Big', value: 'big_label' },
		{ name: 'Small', value: 'small_label' },
	],
	default: 'big_label',
	description: 'Which of the two labels to download',
};

const waitField: INodeProperties = {
	displayName: 'Wait (Seconds)',
	name: 'labelWait',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 120,
	description: 'How long to wait until Ozon has made the label: it can be asked for some 45 to 60 seconds after Ship',
};

const askEveryMs = 3_000;

export const getPdf: Operation = {
	value: 'getPdf',
	name: 'Get PDF',
	action: 'Get the label of a posting',
	description: 'Have the label of an assembled posting made, wait for it and download the PDF',
	properties: [postingField, sizeField, waitField, outputField],
	atOnce: 5,
	async run(item) {
		const number = item.id('postingNumber');
		const field = item.get('binaryPropertyName', z.string().min(1));
		const until = Date.now() + item.get('labelWait', secondsToWait) * 1000;
		const taskId = await taskFor(item, number, until);
		const url = await fileOf(item.client, number, taskId, until);
		const pdf = await download(item, url, number);
		const fileName = `label-${number}.pdf`;
		const file = await item.context.helpers.prepareBinaryData(pdf, fileName, 'application/pdf');
		return [{ json: { postingNumber: number, number, fileName }, binary: { [field]: file } }];
	},
};

/** Right after the assembly Ozon says that the posting is not ready for a label (ozon.md §7): asked again until it is. */
async function taskFor(item: Item, number: string, until: number): Promise<string> {
	const wanted = item.get('labelSize', z.enum(['big_label', 'small_label']));
	for (;;) {
		const answer = await item.client
			.write('/v3/posting/fbs/package-label/create', { posting_numbers: [number] }, labelTasks, `the label of posting ${number}`)
			.catch(async (failure: unknown) => {
				const isTooSoon = failure instanceof ServiceFailure && /aren't ready|not ready/i.test(failure.message);
				if (!isTooSoon || Date.now() + askEveryMs > until) throw failure;
				return undefined;
			});
		const task = answer?.tasks.find(({ task_type }) => task_type === wanted) ?? answer?.tasks[0];
		if (task !== undefined) return task.task_id;
		if (answer !== undefined) throw new Unsettled(`Ozon began no label for posting ${number}`, 'Labels are made for assembled postings only.');
		await sleep(askEveryMs);
	}
}

async function fileOf(client: OzonClient, number: string, taskId: string, until: number): Promise<string> {
	for (;;) {
		const task = await client.read(
			'/v2/posting/fbs/package-label/get',
			{ task_id: Number(taskId) },
			labelTask,
			`the label of posting ${number}`,
		);
		const { code, unprinted_postings: unprinted } = task.status;
		if (task.file_url !== undefined) return task.file_url;
		if (code === 'error' || code === 'completed') {
			const why = task.error?.message ?? unprinted.map(({ message }) => message).join('; ');
			throw new Unsettled(`Ozon could not make the label of posting ${number}: ${why || code}`, 'Ask again a minute after Ship.');
		}
		if (Date.now() + askEveryMs > until) {
			throw new Unsettled(`The label of posting ${number} is not ready yet (${code})`, 'Run this again in a minute.');
		}
		await sleep(askEveryMs);
	}
}

/** The file may lie with Ozon's storage: the key goes to the API's own host and no other. */
async function download(item: Item, link: string, number: string): Promise<Buffer> {
	const url = new URL(link, item.client.baseUrl);
	const about = `the label of posting ${number}`;
	const isOwn = url.host === item.client.baseUrl.host;
	const pdf = isOwn
		? await item.client.file(`${url.pathname}${url.search}`, 'label/{file}', z.instanceof(Buffer), about)
		: z
				.instanceof(Buffer)
				.parse(await item.context.helpers.httpRequest({ method: 'GET', url: url.toString(), encoding: 'arraybuffer', timeout: 30_000 }));
	if (pdf.subarray(0, 4).toString('latin1') === '%PDF') return pdf;
	throw new Unsettled(`Ozon did not send a PDF as ${about}`, 'Try again in a minute, or download it in the seller cabinet.');
}

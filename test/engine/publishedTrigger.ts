import { ObservableObject, type IDataObject, type WorkflowActivateMode } from 'n8n-workflow';
import { openPolls, runHook, runWebhook } from './contexts';
import type { Engine, NodeSpec } from './engine';
import type { FakeRequest } from './http';

/** n8n waits 1, 2, 4 and 8 s between them. */
const attempts = 5;

/**
 * A trigger in a published workflow, with n8n 2.41's ways about it: an activation that throws five times leaves it dead; what
 * `webhook()` writes into static data is lost, what `poll()` writes is saved only together with items, from the copy that was loaded
 * at the activation, and comes back with n8n's own hidden properties.
 */
export class PublishedTrigger {
	private saved: string;
	private polls: (() => Promise<IDataObject[]>) | undefined;

	constructor(
		private readonly engine: Engine,
		readonly node: NodeSpec,
		staticData: IDataObject = {},
	) {
		this.saved = JSON.stringify(staticData);
	}

	get isAlive(): boolean {
		return this.polls !== undefined;
	}

	/** As it is in n8n's database. */
	get staticData(): IDataObject {
		return JSON.parse(this.saved);
	}

	/** Registers the webhook and polls, both at once. @returns what the first poll gave */
	async activate(activation: WorkflowActivateMode): Promise<IDataObject[]> {
		this.polls = undefined;
		const staticData = this.load();
		const [registered, polled] = await Promise.allSettled([this.register(activation, staticData), this.startPolling(activation, staticData)]);
		this.saved = JSON.stringify(staticData);
		for (const phase of [registered, polled]) if (phase.status === 'rejected') throw phase.reason;
		return polled.status === 'fulfilled' ? polled.value : [];
	}

	/** n8n was stopped or killed, and starts anew. */
	async restart(): Promise<IDataObject[]> {
		return await this.activate('init');
	}

	/** A poll by the schedule; throws what becomes an error execution. */
	async poll(): Promise<IDataObject[]> {
		if (this.polls === undefined) throw new Error('The trigger is dead: n8n has given up its activation');
		return await this.polls();
	}

	async webhook(request: FakeRequest): Promise<IDataObject[]> {
		const { data } = await runWebhook(this.engine, { node: this.node, request, staticData: this.load() });
		return (data.workflowData?.[0] ?? []).map(({ json }) => json);
	}

	async unpublish(): Promise<void> {
		this.polls = undefined;
		await runHook(this.engine, { node: this.node, method: 'delete', staticData: this.load(), activation: 'update' });
	}

	private load(): IDataObject {
		const data: IDataObject = JSON.parse(this.saved);
		return ObservableObject.create(data, { __dataChanged: false });
	}

	private async register(activation: WorkflowActivateMode, staticData: IDataObject): Promise<void> {
		const { description, webhookMethods } = this.engine.nodeTypes.getByNameAndVersion(this.engine.node(this.node).type);
		if (description.webhooks === undefined || webhookMethods === undefined) return;
		const spec = { node: this.node, staticData, activation };
		await this.tried(async () => {
			if (!(await runHook(this.engine, { ...spec, method: 'checkExists' }))) await runHook(this.engine, { ...spec, method: 'create' });
		});
	}

	private async startPolling(activation: WorkflowActivateMode, staticData: IDataObject): Promise<IDataObject[]> {
		return await this.tried(async () => {
			const polls = openPolls(this.engine, { node: this.node, staticData, activation });
			const poll = async (): Promise<IDataObject[]> => {
				const given = await polls();
				if (given !== null) this.saved = JSON.stringify(staticData);
				return (given?.[0] ?? []).map(({ json }) => json);
			};
			const first = await poll();
			this.polls = poll;
			return first;
		});
	}

	private async tried<T>(run: () => Promise<T>): Promise<T> {
		for (let attempt = 1; ; attempt += 1) {
			try {
				return await run();
			} catch (error) {
				if (attempt === attempts) throw error;
			}
		}
	}
}

import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod/v4';

import { unflatten } from './flatted';

/** A workflow as n8n exports it: the parts that setting it up has to touch, the rest comes along. */
export const workflowSchema = z
	.object({
		name: z.string(),
		nodes: z.array(
			z
				.object({
					name: z.string(),
					type: z.string(),
					parameters: z.record(z.string(), z.unknown()).prefault({}),
					credentials: z.record(z.string(), z.object({ id: z.string(), name: z.string() })).optional(),
				})
				.passthrough(),
		),
		connections: z.record(z.string(), z.unknown()),
		settings: z.record(z.string(), z.unknown()).prefault({}),
	})
	.passthrough();
export type Workflow = z.infer<typeof workflowSchema>;

export interface Login {
	email: string;
	password: string;
}

export interface Credential {
	id: string;
	name: string;
}

const executionSchema = z.object({
	id: z.coerce.string(),
	status: z.string(),
	workflowId: z.string(),
	workflowName: z.string().nullish(),
	startedAt: z.string().nullish(),
});
export type Execution = z.infer<typeof executionSchema>;

const nodeTypeSchema = z.object({
	name: z.string(),
	webhooks: z.array(z.unknown()).optional(),
	credentials: z.array(z.object({ name: z.string() })).optional(),
});
export type NodeType = z.infer<typeof nodeTypeSchema>;

const publicationSchema = z.object({
	status: z.string(),
	triggers: z.array(z.object({ status: z.string(), errorMessage: z.string().nullish() })),
});
export type Publication = z.infer<typeof publicationSchema>;

const runDataSchema = z.object({
	resultData: z.object({
		lastNodeExecuted: z.string().optional(),
		error: z.object({ message: z.string(), description: z.string().nullish() }).passthrough().optional(),
		runData: z.record(z.string(), z.array(z.object({ data: z.unknown().optional() }).passthrough())),
	}),
	/** What was still to be run when it ended: all of it, when n8n was killed at once. */
	executionData: z
		.object({ nodeExecutionStack: z.array(z.object({ node: z.object({ name: z.string() }).passthrough(), data: z.unknown() }).passthrough()).nullish() })
		.passthrough()
		.nullish(),
});
export type RunData = z.infer<typeof runDataSchema>['resultData'];

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

/** n8n's own REST API, the one that its editor uses: what a person does in the browser. */
export class N8nApi {
	private cookie = '';
	/** n8n ties a session to one browser. */
	private readonly browserId = randomUUID();

	constructor(private readonly address: string) {}

	/** Makes the owner of a fresh n8n, with a new password, and is logged in as that person afterwards. */
	async createOwner(): Promise<Login> {
		const login = { email: 'owner@demo.example', password: `Demo-${randomBytes(9).toString('base64url')}-7` };
		await this.call('POST', '/owner/setup', { ...login, firstName: 'Demo', lastName: 'Owner' }, z.unknown());
		return login;
	}

	/** Needed once more after a restart only if the session was lost. */
	async login({ email, password }: Login): Promise<void> {
		await this.call('POST', '/login', { emailOrLdapLoginId: email, password }, z.unknown());
	}

	async createCredential(name: string, type: string, data: Record<string, unknown>): Promise<Credential> {
		const { id } = await this.call('POST', '/credentials', { name, type, data }, z.object({ id: z.string() }));
		return { id, name };
	}

	/** Runs the credential's own test, as the editor does. Resolves with n8n's message when the test says no. */
	async testCredential(id: string, name: string, type: string, data: Record<string, unknown>): Promise<string | undefined> {
		const schema = z.object({ status: z.string(), message: z.string().nullish() });
		const answer = await this.call('POST', '/credentials/test', { credentials: { id, name, type, data } }, schema);
		return answer.status === 'OK' ? undefined : (answer.message ?? answer.status);
	}

	/** Every node type that n8n has loaded. */
	async nodeTypes(): Promise<NodeType[]> {
		const answer = await fetch(`${this.address}/types/nodes.json`, { headers: this.headers() });
		if (!answer.ok) throw new Error(`n8n answered ${answer.status} to the question which nodes it has.`);
		return z.array(nodeTypeSchema).parse(await answer.json());
	}

	/** Imports a workflow and returns its id. */
	async importWorkflow(workflow: Workflow): Promise<string> {
		const { id } = await this.call('POST', '/workflows', workflow, z.object({ id: z.string() }));
		return id;
	}

	/** Publishes the workflow's last version and waits until all its triggers are on. Throws with what a trigger said. */
	async publish(workflowId: string, withinMs = 90_000): Promise<void> {
		const { versionId } = await this.call('GET', `/workflows/${workflowId}`, undefined, z.object({ versionId: z.string() }));
		await this.call('POST', `/workflows/${workflowId}/activate`, { versionId }, z.unknown());
		const deadline = Date.now() + withinMs;
		// n8n publishes in the background.
		while (Date.now() < deadline) {
			const { status, triggers } = await this.publication(workflowId);
			const said = triggers.flatMap(({ errorMessage }) => errorMessage ?? []);
			if (said.length > 0) throw new Error(`A trigger could not be started: ${said.join('; ')}`);
			// A workflow that only has an Error Trigger has nothing to switch on and stays "not_published".
			if (status !== 'in_progress') return;
			await pause(250);
		}
		throw new Error(`n8n did not publish the workflow within ${withinMs / 1000} s. Look at it in n8n: ${this.address}`);
	}

	/** Which triggers of a published workflow are on: `in_progress` while n8n is still trying, also after a start of n8n. */
	async publication(workflowId: string): Promise<Publication> {
		return await this.call('GET', `/workflows/${workflowId}/publication-status`, undefined, publicationSchema);
	}

	/** Runs a workflow from one of its triggers, as the editor's button does, and waits for the end. Throws when it fails. */
	async run(workflowId: string, trigger: string, withinMs = 120_000): Promise<RunData> {
		const body = { triggerToStartFrom: { name: trigger } };
		const schema = z.object({ executionId: z.coerce.string() });
		const { executionId } = await this.call('POST', `/workflows/${workflowId}/run`, body, schema);
		const deadline = Date.now() + withinMs;
		while (Date.now() < deadline) {
			const { status } = await this.call('GET', `/executions/${executionId}`, undefined, z.object({ status: z.string() }));
			if (!['new', 'running', 'waiting'].includes(status)) return await this.successfulRun(executionId, status);
			await pause(300);
		}
		throw new Error(`Execution ${executionId} did not end within ${withinMs / 1000} s. Look at it in n8n: ${this.address}`);
	}

	/** The latest executions, newest first. */
	async executions(filter: { status?: string[]; workflowId?: string } = {}, limit = 50): Promise<Execution[]> {
		const query = new URLSearchParams({ filter: JSON.stringify(filter), limit: String(limit) });
		const { results } = await this.call('GET', `/executions?${query}`, undefined, z.object({ results: z.array(executionSchema) }));
		return results;
	}

	/** What an execution did. */
	async runData(executionId: string): Promise<RunData> {
		const { data } = await this.call('GET', `/executions/${executionId}`, undefined, z.object({ data: z.string() }));
		return runDataSchema.parse(unflatten(data)).resultData;
	}

	/** The items that a trigger has given to n8n in an execution, whether or not n8n came to run anything with them. Each output of each run. */
	async givenBy(trigger: string, executionId: string): Promise<unknown[]> {
		const { data } = await this.call('GET', `/executions/${executionId}`, undefined, z.object({ data: z.string() }));
		const { resultData, executionData } = runDataSchema.parse(unflatten(data));
		const ran = (resultData.runData[trigger] ?? []).flatMap((run) => run.data ?? []);
		return ran.length > 0 ? ran : (executionData?.nodeExecutionStack ?? []).flatMap(({ node, data: given }) => (node.name === trigger ? [given] : []));
	}

	private async successfulRun(executionId: string, status: string): Promise<RunData> {
		const run = await this.runData(executionId);
		if (status === 'success') return run;
		const { message, description } = run.error ?? { message: status };
		throw new Error([`"${run.lastNodeExecuted ?? 'The workflow'}" ended with: ${message}`, description].filter(Boolean).join(' '));
	}

	private headers(): Record<string, string> {
		return { 'browser-id': this.browserId, cookie: this.cookie };
	}

	private async call<T extends z.ZodTypeAny>(method: string, path: string, body: unknown, schema: T): Promise<z.output<T>> {
		const answer = await fetch(`${this.address}/rest${path}`, {
			method,
			headers: { ...this.headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(60_000),
		});
		const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		const text = await answer.text();
		if (!answer.ok) throw new Error(`n8n answered ${answer.status} to ${method} ${path}: ${text.slice(0, 500)}`);
		return schema.parse(z.object({ data: z.unknown() }).parse(JSON.parse(text)).data);
	}
}

import type { CrmFacts, MarketFacts } from './facts';
import type { StageName } from './names';
import type { Sandbox } from './sandbox';
import type { SandboxAddresses } from './sandboxState';
import type { Scenario } from './scenario';

/** A credential as a person fills it in. */
export interface CredentialForm {
	type: string;
	name: string;
	data: Record<string, string>;
}

/** What a buyer orders, in words that fit every marketplace. */
export interface OrderSpec {
	kind: string;
	autoAccept: boolean;
	preOrder: boolean;
	signature: boolean;
	/** Pieces of one product; undefined: whatever the sandbox invents. */
	pieces?: number;
	buyer: { key: string; firstName: string; lastName: string; phone: string; masked: boolean };
}

interface Side {
	/** Its key in the sandbox's state, faults and counts. */
	api: string;
	/** As people call it. */
	name: string;
	/** Where it listens. */
	address(addresses: SandboxAddresses): string;
	credential(addresses: SandboxAddresses): CredentialForm;
	/** Makes slow things quicker for a check and settles what differs between accounts; says what. */
	scaleTime?(sandbox: Sandbox): Promise<string>;
	/** Misbehaves (true) or stops doing so, beyond the faulty calls that every API has. */
	trouble?(sandbox: Sandbox, on: boolean): Promise<void>;
}

/** A marketplace of the sandbox: what is true there, and what buyers, couriers and the seller in the cabinet do. */
export interface MarketSide extends Side {
	scenarios: readonly Scenario[];
	/** Reads its part of the sandbox's state. */
	read(state: unknown): MarketFacts;
	/** Resolves with the order's number. */
	order(sandbox: Sandbox, spec: OrderSpec): Promise<string>;
	/** Throws `SandboxRefused` when it is impossible now. */
	act(sandbox: Sandbox, number: string, action: string): Promise<void>;
	/** What beside orders and deals has to be mended or told to people, and is not; `alerts`: what people were told. */
	wrong?(state: unknown, alerts: readonly string[]): string[];
	/** What the test of its credential has to say while it misbehaves. */
	credentialWarns?: RegExp;
	/** Something that happens once in the middle of a check. */
	incident?: { atMs: number; text: string; happen(sandbox: Sandbox): Promise<void> };
	/** Orders and moves come by themselves from now on; undefined: a script has to be played. */
	drip?(sandbox: Sandbox): Promise<void>;
}

/** A CRM of the sandbox: what is true there, and what managers do. */
export interface CrmSide extends Side {
	/** The template of workflows/ that audits its contacts. */
	auditTemplate: string;
	/** Reads its part of the sandbox's state. */
	read(state: unknown): CrmFacts;
	moveDeal(sandbox: Sandbox, dealId: number, stage: StageName): Promise<void>;
	/** The manager writes on the card into how many parcels the order goes. */
	setPackages(sandbox: Sandbox, dealId: number, packages: number): Promise<void>;
	/** Contacts that managers had made before, findable by search. */
	addContacts(sandbox: Sandbox, contacts: readonly { name: string; phones: string[] }[]): Promise<void>;
	completeTask(sandbox: Sandbox, taskId: number, result: string): Promise<void>;
	/** What a person does in the CRM to have its webhook come: `url` is the trigger's production address. */
	connectWebhook?: { triggerType: string; path: string; connect(sandbox: Sandbox, url: string): Promise<void> };
}

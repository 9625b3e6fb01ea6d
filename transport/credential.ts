/**
 * The credential cannot be used: not set, not connected, or its token could not be renewed.
 * Thrown by whoever adds the credential to a request; the request was not sent, or was turned away with 401.
 */
export class NoCredential extends Error {
	constructor(why: string) {
		super(why);
		this.name = 'NoCredential';
	}
}

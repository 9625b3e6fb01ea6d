import type { Comment, Entity, Todo } from './model';
import type { Store } from './store';

/** What is written beside a deal or contact, by the API and by people. */
export class Timeline {
	constructor(private readonly store: Store) {}

	comment(entity: Entity, text: string, authorId: number): Comment {
		const { store } = this;
		const created = store.now();
		const comment = { id: store.nextId('timeline'), kind: entity.kind, entityId: entity.id, text, authorId, created };
		store.comments.set(comment.id, comment);
		this.note(entity, authorId, created);
		return comment;
	}

	todo(entity: Entity, wanted: Pick<Todo, 'title' | 'description' | 'deadline' | 'responsibleId' | 'authorId'>): Todo {
		const { store } = this;
		const created = store.now();
		const id = store.nextId('timeline');
		const todo: Todo = { ...wanted, id, kind: entity.kind, ownerId: entity.id, created, isCompleted: false };
		store.todos.set(id, todo);
		this.note(entity, wanted.authorId, created);
		return todo;
	}

	private note(entity: Entity, userId: number, at: string): void {
		entity.values.set('lastActivityTime', at).set('lastActivityBy', userId);
	}
}

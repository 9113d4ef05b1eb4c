import type { NamespaceCreated } from '@countersign/contracts';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';

/** A namespace; its description is opened from its event. */
export interface NamespaceRow extends ViewRow {
  readonly namespace: string;
  readonly organization: string;
  readonly created_by: string;
  readonly created_at: string;
}

/** One row for each namespace. */
export const namespacesView: ViewDefinition = {
  name: 'namespaces.v1',
  columns: { organization: 'text' },
  indexes: [['organization']],
};

/** Key of its row. */
export function namespaceKey(organization: string, namespace: string): string {
  return `${organization}:${namespace}`;
}

/** Folds namespaces into rows. */
export function createNamespacesView(): Projection<NamespaceRow> {
  const table = createViewTable<NamespaceRow>(namespacesView.name);
  return {
    view: namespacesView,
    table,
    topics: ['agent.control'],
    needs: () => [],
    apply({ type, organization, data, time }) {
      if (type !== 'namespace.created') return;
      const { namespace, by } = data as unknown as NamespaceCreated;
      table.put(namespaceKey(organization, namespace), {
        namespace,
        organization,
        created_by: by.id,
        created_at: time,
      });
    },
  };
}

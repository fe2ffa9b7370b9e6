// Who may read a team by GraphQL. Of a classic token GitHub goes by the text of the query alone: without the scope nothing
// is answered at all, teams or none. Of a token with permissions it refuses each field where it is met.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { allows, type Identity } from '../grants.ts';

const SCOPES = ['read:org', 'read:discussion'];
const INCLUDED_IN = /^(read|write|admin):(org|discussion)$/;

/** The fields of teams that a document asks for. What kind of thing it is anybody may ask. */
export function teamFields(schema: GraphQLSchema, document: DocumentNode): FieldNode[] {
  const fields: FieldNode[] = [];
  const types = new TypeInfo(schema);
  const Field = (field: FieldNode): void => {
    if (types.getParentType()?.name === 'Team' && field.name.value !== '__typename')
      fields.push(field);
  };
  visit(document, visitWithTypeInfo(types, { Field }));
  return fields;
}

/** What the whole query is refused with, an error for each field. */
export function scopeErrors(identity: Identity, fields: readonly FieldNode[]): object[] {
  if (identity.kind !== 'classic') return [];
  if (identity.scopes.some((scope) => INCLUDED_IN.test(scope))) return [];
  const list = (scopes: readonly string[]): string => `['${scopes.join("', '")}']`;
  return fields.map(({ name, loc }) => ({
    type: 'INSUFFICIENT_SCOPES',
    locations: loc ? [{ line: loc.startToken.line, column: loc.startToken.column }] : [],
    message: `Your token has not been granted the required scopes to execute this query. The '${name.value}' field requires one of the following scopes: ${list(SCOPES)}, but your token has only been granted the: ${list(identity.scopes)} scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
  }));
}

export const seesTeams = (identity: Identity): boolean =>
  identity.kind === 'classic' || allows(identity, null, 'members', 'read');

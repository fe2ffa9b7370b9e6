// An expression as it is rewritten from left to right, in pieces: it knows where the last operand and the last
// product begin, because a filter or a sign of multiplication changes what stands before it.
import { OPENING, type Token } from './jinja-tokens.ts';

/** An expression as it is rewritten: it knows where the last operand and the last product begin. */
export class Pieces {
  private readonly pieces: string[] = [];
  private operandAt = 0;
  private productAt = 0;
  private inOperand = false;

  add(piece: string, token: Token | undefined): void {
    const { kind, text } = token ?? { kind: 'sign', text: '' };
    const opens = text in OPENING;
    const operator = kind === 'sign' ? !opens && text !== '.' : kind === 'name' && JOINS.has(text);
    if (!operator && !(this.inOperand && (opens || text === '.' || text === 'is')))
      this.operandAt = this.pieces.length;
    this.inOperand = !operator;
    this.pieces.push(piece);
    if (operator && !MULTIPLIES.has(text)) this.productAt = this.pieces.length;
  }

  operand(): string {
    return this.pieces.splice(this.operandAt).join(' ');
  }

  product(): string {
    return this.pieces.splice(this.productAt).join(' ');
  }

  replaceOperand(piece: string): void {
    this.pieces.push(piece);
  }

  replaceProduct(piece: string): void {
    this.operandAt = this.productAt;
    this.inOperand = true;
    this.pieces.push(piece);
  }

  toString(): string {
    return this.pieces.join(' ');
  }
}

/** Words between operands. */
const JOINS = new Set(['and', 'or', 'not', 'in', 'if', 'else', 'recursive']);
const MULTIPLIES = new Set(['*', '/', '//', '%', '**']);

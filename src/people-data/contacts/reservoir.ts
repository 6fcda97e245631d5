/**
 * A fair sample of a stream whose length nobody knows: each element has the same chance to be in it
 * (algorithm R).
 */
export class Reservoir<Element> {
  readonly #size: number
  #seen = 0
  readonly elements: Element[] = []

  constructor(size: number) {
    this.#size = size
  }

  offer(element: Element): void {
    this.#seen++
    if (this.elements.length < this.#size) this.elements.push(element)
    else {
      const place = Math.floor(Math.random() * this.#seen)
      if (place < this.#size) this.elements[place] = element
    }
  }
}

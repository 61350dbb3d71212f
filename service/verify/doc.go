// Package verify recomputes the published figures of the reference year from the stored records
// and sets each beside the published one. A difference is shown, never hidden, and a figure that
// the records cannot hold yet is called so instead of being left out.
package verify

// Package house holds the rules of the house as tests: which room may know which
// other, and what every check must bring along. It has no code of its own.
package house

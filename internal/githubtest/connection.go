package githubtest

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// connection is a list in pages. Cursors are positions.
func connection(typename string, all []node) lazy {
	return edged(typename, all, nil)
}

// edged is a connection whose edges have fields of their own.
func edged(typename string, all []node, edges []node) lazy {
	return func(args map[string]any) any {
		start, end := 0, len(all)
		if after, is := args["after"].(string); is {
			if n, err := strconv.Atoi(after); err == nil {
				start = min(n, len(all))
			}
		}
		if before, is := args["before"].(string); is {
			if n, err := strconv.Atoi(before); err == nil {
				end = max(start, min(n-1, len(all)))
			}
		}
		if first := number(args["first"]); first > 0 {
			end = min(end, start+first)
		}
		if last := number(args["last"]); last > 0 {
			start = max(start, end-last)
		}
		one := node{"__typename": typename, "totalCount": len(all), "nodes": all[start:end], "pageInfo": pageInfo(start, end, len(all))}
		if edges != nil {
			one["edges"] = edges[start:end]
		}
		return one
	}
}

func pageInfo(start, end, all int) node {
	one := node{"__typename": "PageInfo", "hasNextPage": end < all, "hasPreviousPage": start > 0, "startCursor": nil, "endCursor": nil}
	if end > start {
		one["startCursor"], one["endCursor"] = strconv.Itoa(start+1), strconv.Itoa(end)
	}
	return one
}

func number(value any) int {
	switch v := value.(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(v)
	case string:
		n, _ := strconv.Atoi(v)
		return n
	case fmt.Stringer: // json.Number
		n, _ := strconv.Atoi(v.String())
		return n
	}
	return 0
}

// bounds counts what a query costs, and refuses what GitHub refuses: connections
// without first or last, with more than 100, more than 500,000 nodes. A connection
// costs a request for each of the nodes above it; a point is 100 requests.
func (x *execution) bounds(set ast.SelectionSet, parents int) any {
	for _, selection := range set {
		var no any
		switch one := selection.(type) {
		case *ast.Field:
			no = x.fieldBounds(one, parents)
		case *ast.InlineFragment:
			no = x.bounds(one.SelectionSet, parents)
		case *ast.FragmentSpread:
			no = x.bounds(one.Definition.SelectionSet, parents)
		}
		if no != nil {
			return no
		}
	}
	return nil
}

func (x *execution) fieldBounds(one *ast.Field, parents int) any {
	if one.Definition.Arguments.ForName("first") == nil {
		if one.Name == "nodes" && one.ObjectDefinition.Name == "Query" {
			ids, _ := one.ArgumentMap(x.variables)["ids"].([]any)
			if len(ids) > 100 {
				return fields{"type": "ARGUMENT_LIMIT", "message": "You may not provide more than 100 node ids; you provided " + strconv.Itoa(len(ids)) + "."}
			}
			parents *= len(ids)
			x.price.nodes += parents
		}
		return x.bounds(one.SelectionSet, parents)
	}
	args := one.ArgumentMap(x.variables)
	size := max(number(args["first"]), number(args["last"]))
	switch {
	case size == 0:
		return fields{"type": "MISSING_PAGINATION_BOUNDARIES", "message": "You must provide a `first` or `last` value to properly paginate the `" + one.Name + "` connection."}
	case size > 100:
		return fields{"type": "EXCESSIVE_PAGINATION", "message": "Requesting " + strconv.Itoa(size) + " records on the `" + one.Name + "` connection exceeds the `first` limit of 100 records."}
	}
	x.price.connections += parents
	x.price.nodes += parents * size
	if x.price.nodes > 500_000 {
		return fields{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "This query requests up to " + strconv.Itoa(x.price.nodes) + " possible nodes which exceeds the maximum limit of 500,000."}
	}
	return x.bounds(one.SelectionSet, parents*size)
}

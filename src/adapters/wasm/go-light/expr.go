package main

import (
	"errors"
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

const expressionMS = 1_000

// expressionRequest is one condition of a notification trigger.
type expressionRequest struct {
	Code string         `json:"code"`
	Env  map[string]any `json:"env"`
	MS   int            `json:"ms"`
}

func evaluateExpression(request expressionRequest) (any, error) {
	program, err := compiledExpressions.get(request.Code, compileExpression)
	if err != nil {
		return nil, err
	}
	variables := map[string]any{"time": timeNames, "strings": stringNames}
	for name, value := range request.Env {
		variables[name] = value
	}
	evaluating = within(request.MS, expressionMS)
	value, err := expr.Run(program, variables)
	if evaluating.cause != nil && !errors.Is(evaluating.cause, errMemory) {
		return nil, fmt.Errorf("the expression was not done within %v", evaluating.limit)
	}
	return value, err
}

var compiledExpressions = newCache[*vm.Program](2<<20, 4<<10)

// evaluating is the deadline of the expression that runs: the library has none.
var evaluating *deadline

func compileExpression(code string) (*vm.Program, error) {
	look := expr.Function(tick, func(...any) (any, error) {
		select {
		case <-evaluating.Done():
			return nil, evaluating.Err()
		default:
			return nil, nil
		}
	})
	return expr.Compile(code, look, expr.Patch(&loopWatch{done: map[*ast.PredicateNode]bool{}}))
}

// loopWatch puts a look at the clock into every predicate, which is where an expression loops: a variable that nobody reads.
type loopWatch struct {
	done map[*ast.PredicateNode]bool
}

func (watch *loopWatch) Visit(node *ast.Node) {
	predicate, is := (*node).(*ast.PredicateNode)
	if !is || watch.done[predicate] {
		return
	}
	watch.done[predicate] = true
	look := &ast.CallNode{Callee: &ast.IdentifierNode{Value: tick}}
	look.SetLocation(predicate.Node.Location())
	watched := &ast.VariableDeclaratorNode{Name: fmt.Sprint(tick, len(watch.done)), Value: look, Expr: predicate.Node}
	watched.SetLocation(predicate.Node.Location())
	predicate.Node = watched
}

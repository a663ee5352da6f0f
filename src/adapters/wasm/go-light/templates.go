package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// templatesRequest asks for every text with every set of parameters.
type templatesRequest struct {
	Texts   []string         `json:"texts"`
	Params  []map[string]any `json:"params"`
	Options []string         `json:"options"`
	MS      int              `json:"ms"`
}

type renderedTexts struct {
	Texts []string `json:"texts,omitempty"`
	Error string   `json:"error,omitempty"`
}

const templatesMS = 10_000

func renderTemplates(request templatesRequest) (any, error) {
	renderer, err := newRenderer(request.Options, within(request.MS, templatesMS))
	if err != nil {
		return nil, err
	}
	answers := make([]renderedTexts, len(request.Params))
	for i, params := range request.Params {
		answers[i].Texts = make([]string, len(request.Texts))
		for at, text := range request.Texts {
			if answers[i].Texts[at], err = renderer.render(text, params); err != nil {
				answers[i] = renderedTexts{Error: err.Error()}
				break
			}
		}
		if err := renderer.ended(); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// renderer executes texts with the same options until its deadline; its output in all is bounded.
type renderer struct {
	options  []string
	deadline *deadline
	written  int
}

var knownOptions = []string{"missingkey=default", "missingkey=invalid", "missingkey=zero", "missingkey=error"}

func newRenderer(options []string, deadline *deadline) (*renderer, error) {
	for _, option := range options {
		if !slices.Contains(knownOptions, option) {
			return nil, fmt.Errorf("unrecognized option: %s", option)
		}
	}
	return &renderer{options: options, deadline: deadline}, nil
}

var errTooMuch = fmt.Errorf("the templates write more than %d MiB", maxAnswer>>20)

// ended says why nothing more can be rendered, whatever the text.
func (r *renderer) ended() error {
	if errors.Is(r.deadline.look(), errMemory) {
		return errMemory
	}
	if r.deadline.cause != nil {
		return fmt.Errorf("the templates were not done within %v", r.deadline.limit)
	}
	if r.written > maxAnswer {
		return errTooMuch
	}
	return nil
}

// running is the renderer whose template is being executed: functions of templates cannot be told otherwise.
var running *renderer

// Name of the template in messages, as Argo CD has it.
const templateName = "base"

// base has the functions. Texts that define no templates of their own share it: a set of functions for each of them is expensive.
var base = template.New(templateName).Funcs(functions)

var (
	ownSet    = regexp.MustCompile(`define|block|template`)
	shared    = newCache[*template.Template](8<<20, 2<<10)
	separated = newCache[*template.Template](4<<20, 48<<10)
)

func parsed(text string) (*template.Template, error) {
	if ownSet.MatchString(text) {
		return separated.get(text, func(text string) (*template.Template, error) {
			return parseTemplate(template.New(templateName).Funcs(functions), text)
		})
	}
	return shared.get(text, func(text string) (*template.Template, error) { return parseTemplate(base.New(templateName), text) })
}

func (r *renderer) render(text string, params map[string]any) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	made, err := parsed(text)
	if err != nil {
		return "", fmt.Errorf("failed to parse template %s: %w", text, err)
	}
	made.Option("missingkey=default").Option(r.options...)
	running = r
	output := &output{renderer: r}
	if err := made.Execute(output, params); err != nil {
		return "", fmt.Errorf("failed to execute go template %s: %w", text, err)
	}
	return output.text.String(), nil
}

type output struct {
	renderer *renderer
	text     strings.Builder
}

func (o *output) Write(bytes []byte) (int, error) {
	if o.renderer.written += len(bytes); o.renderer.written > maxAnswer {
		return 0, errTooMuch
	}
	return o.text.Write(bytes)
}

func parseTemplate(empty *template.Template, text string) (*template.Template, error) {
	made, err := empty.Parse(text)
	if err != nil {
		return nil, err
	}
	watchLoops(made.Root)
	for _, each := range made.Templates() {
		if each.Name() != templateName && each.Tree != nil {
			watchLoops(each.Root)
			watch(each.Root)
		}
	}
	return made, nil
}

// tick is called by every turn of a loop and by every nested template: text/template itself cannot be interrupted.
const tick = "argosyTick"

func lookAtClock() (string, error) {
	select {
	case <-running.deadline.Done():
		return "", running.deadline.Err()
	default:
		return "", nil
	}
}

var tickNode = func() parse.Node {
	trees, err := parse.Parse("tick", "{{"+tick+"}}", "", "", map[string]any{tick: lookAtClock})
	if err != nil {
		panic(err)
	}
	return trees["tick"].Root.Nodes[0]
}()

func watch(list *parse.ListNode) {
	list.Nodes = append([]parse.Node{tickNode}, list.Nodes...)
}

// watchLoops puts a look at the clock into the body of every loop below.
func watchLoops(node parse.Node) {
	switch node := node.(type) {
	case *parse.ListNode:
		if node != nil {
			for _, each := range node.Nodes {
				watchLoops(each)
			}
		}
	case *parse.IfNode:
		watchLoops(node.List)
		watchLoops(node.ElseList)
	case *parse.WithNode:
		watchLoops(node.List)
		watchLoops(node.ElseList)
	case *parse.RangeNode:
		watchLoops(node.List)
		watchLoops(node.ElseList)
		watch(node.List)
	}
}

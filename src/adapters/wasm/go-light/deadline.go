package main

import (
	"context"
	"errors"
	"runtime"
	"runtime/metrics"
	"time"
)

// deadline is a Context without a timer: nothing else runs beside a script here, so a timer would never fire. Done looks at the clock
// itself, and at the memory in use, once in so many calls; the interpreters call it for every instruction.
type deadline struct {
	limit  time.Duration
	end    time.Time
	calls  uint
	closed chan struct{}
	cause  error
}

const (
	clockEvery  = 1 << 8
	memoryEvery = 1 << 12
	maxHeap     = 128 << 20
)

var errMemory = errors.New("the script uses more than 128 MiB of memory")

// within begins a deadline of ms milliseconds, or of usual ones where the request names none.
func within(ms, usual int) *deadline {
	if ms <= 0 {
		ms = usual
	}
	limit := time.Duration(ms) * time.Millisecond
	closed := make(chan struct{})
	close(closed)
	return &deadline{limit: limit, end: time.Now().Add(limit), closed: closed}
}

func (d *deadline) Deadline() (time.Time, bool) { return d.end, true }

func (d *deadline) Value(any) any { return nil }

func (d *deadline) Done() <-chan struct{} {
	if d.calls++; d.calls%clockEvery == 0 {
		d.look()
	}
	if d.cause != nil {
		return d.closed
	}
	return nil
}

func (d *deadline) Err() error { return d.cause }

// look decides whether the work may go on.
func (d *deadline) look() error {
	switch {
	case d.cause != nil:
	case time.Now().After(d.end):
		d.cause = context.DeadlineExceeded
	case d.calls%memoryEvery == 0 && heap() > maxHeap:
		// Much of it may be garbage that was not collected yet.
		if runtime.GC(); heap() > maxHeap {
			d.cause = errMemory
		}
	}
	return d.cause
}

var heapSample = []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}

func heap() uint64 {
	metrics.Read(heapSample)
	return heapSample[0].Value.Uint64()
}

package main

// cache keeps what was made of texts, within a size that is estimated. It holds two generations; when the young one is full it becomes
// the old one, so what is used stays.
type cache[Value any] struct {
	maxBytes, entryBytes int
	bytes                int
	young, old           map[string]Value
}

// bytesPerByte is what a byte of text becomes when it is parsed, roughly.
const bytesPerByte = 16

func newCache[Value any](maxBytes, entryBytes int) *cache[Value] {
	return &cache[Value]{maxBytes: maxBytes, entryBytes: entryBytes, young: map[string]Value{}}
}

func (kept *cache[Value]) get(text string, produce func(string) (Value, error)) (Value, error) {
	if value, known := kept.young[text]; known {
		return value, nil
	}
	value, known := kept.old[text]
	if !known {
		var err error
		if value, err = produce(text); err != nil {
			return value, err
		}
	}
	size := kept.entryBytes + bytesPerByte*len(text)
	if kept.bytes+size > kept.maxBytes {
		kept.old, kept.young, kept.bytes = kept.young, map[string]Value{}, 0
	}
	kept.young[text] = value
	kept.bytes += size
	return value, nil
}

package main

// cache keeps what was made of texts. It holds two generations; when the young one is full it becomes the old one, so what is used stays.
type cache[Value any] struct {
	maxBytes   int
	bytes      int
	young, old map[string]Value
}

func newCache[Value any](maxBytes int) *cache[Value] {
	return &cache[Value]{maxBytes: maxBytes, young: map[string]Value{}}
}

// entryBytes is what an entry costs beside its text.
const entryBytes = 512

func (kept *cache[Value]) get(text string, produce func() (Value, error)) (Value, error) {
	if value, known := kept.young[text]; known {
		return value, nil
	}
	value, known := kept.old[text]
	if !known {
		var err error
		if value, err = produce(); err != nil {
			return value, err
		}
	}
	size := entryBytes + len(text)
	if kept.bytes+size > kept.maxBytes {
		kept.old, kept.young, kept.bytes = kept.young, map[string]Value{}, 0
	}
	kept.young[text] = value
	kept.bytes += size
	return value, nil
}

// Each collection has a cluster of its own; more at a time than processors would only make every wait longer.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

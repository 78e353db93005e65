using Xunit;

// The environment variables that hold a key are the process's: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace FutureHouse;

/// <summary>A dataset and how many entries are in it.</summary>
/// <param name="Dataset">The dataset; its <see cref="Dataset.Entries"/> are left out.</param>
/// <param name="EntryCount">Entries in it.</param>
public sealed record DatasetSize(Dataset Dataset, long EntryCount);

//! The library's linked lists.

use super::raw;
use std::ffi::c_void;
use std::ptr::NonNull;

/// A list that is destroyed when it is dropped, with what is in it if the library made that.
pub struct List<'a> {
    library: &'a raw::Library,
    list: NonNull<raw::xlist>,
}

impl Drop for List<'_> {
    fn drop(&mut self) {
        // SAFETY: the list is ours and not used again.
        unsafe { self.library.slurm_list_destroy(self.list.as_ptr()) };
    }
}

impl<'a> List<'a> {
    /// A list of pointers that stay the caller's and must outlive it.
    pub fn of(library: &'a raw::Library, items: impl IntoIterator<Item = *mut c_void>) -> Self {
        // SAFETY: without a destructor the list frees no item. The library ends the process rather than give no list.
        unsafe {
            let list = library.slurm_list_create(None);
            for item in items {
                library.slurm_list_append(list, item);
            }
            Self { library, list: NonNull::new_unchecked(list) }
        }
    }

    /// A list that the library made and gave away; none for none.
    ///
    /// # Safety
    /// `list` is null or a list that nobody else destroys.
    pub unsafe fn handed_over(library: &'a raw::Library, list: *mut raw::xlist) -> Option<Self> {
        NonNull::new(list).map(|list| Self { library, list })
    }

    pub fn library(&self) -> &'a raw::Library {
        self.library
    }

    pub fn as_ptr(&self) -> *mut raw::xlist {
        self.list.as_ptr()
    }

    /// What is in it, which lives as long as the list does.
    pub fn items(&self) -> Vec<NonNull<c_void>> {
        // SAFETY: the list is whole.
        unsafe { items(self.library, self.list.as_ptr()) }
    }
}

/// What is in a list; nothing where there is none.
///
/// # Safety
/// `list` is null or a list of the library's.
pub unsafe fn items(library: &raw::Library, list: *mut raw::xlist) -> Vec<NonNull<c_void>> {
    let mut items = Vec::new();
    if list.is_null() {
        return items;
    }
    // SAFETY: the caller's promise.
    unsafe {
        let iterator = library.slurm_list_iterator_create(list);
        while let Some(item) = NonNull::new(library.slurm_list_next(iterator)) {
            items.push(item);
        }
        library.slurm_list_iterator_destroy(iterator);
    }
    items
}
